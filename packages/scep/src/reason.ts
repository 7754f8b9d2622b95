import type { FailInfo } from './fail-info.ts'

interface ReasonRow {
  /** null: no CertRep can be made of it (HTTP 400 on a server; a client has nobody to tell). */
  readonly failInfo: FailInfo | null
  /** From a fixed catalogue, because it leaves the house: failInfoText to a device, or the line of text of HTTP 400. */
  readonly text: string
  /** For the administrator, or the person at the client. `docs/errors/<reason>.md` says more. */
  readonly nextStep: string
}

/** Why a message is refused. Adding a failure is adding a row and a page in `docs/errors`. */
export const REASONS = {
  malformed: {
    failInfo: null,
    text: 'not a SCEP message',
    nextStep: 'Check that the client speaks SCEP to this URL and that no proxy changes the body.',
  },
  too_large: {
    failInfo: null,
    text: 'message too large',
    nextStep: 'Look at what the client sends: a SCEP message has a few kilobytes.',
  },
  not_base64: {
    failInfo: null,
    text: 'the message parameter is not base64',
    nextStep: 'Let the client use POST, or look for a proxy that changes the query.',
  },
  no_transaction_id: {
    failInfo: null,
    text: 'the message has no transactionID',
    nextStep: 'The client signs something that is not a SCEP request; check its version and settings.',
  },
  bad_attributes: {
    failInfo: 'badRequest',
    text: 'the attributes of the message are not as SCEP prescribes',
    nextStep: 'The detail names the attribute. A missing senderNonce can be tolerated by a compatibility switch.',
  },
  unsupported_message_type: {
    failInfo: 'badRequest',
    text: 'this type of message is not supported',
    nextStep: 'See which messageType the client sent and whether GetCACaps offers what it tries.',
  },
  digest_refused: {
    failInfo: 'badAlg',
    text: 'the digest algorithm is not accepted',
    nextStep: 'Let the client use SHA-256. SHA-1 can be allowed by a compatibility switch, MD5 never.',
  },
  signature_algorithm_refused: {
    failInfo: 'badAlg',
    text: 'the signature algorithm is not accepted',
    nextStep:
      'Let the client sign with RSA and SHA-256. RSA-PSS and SHA-1 can be allowed by compatibility switches, MD5 never.',
  },
  signer_missing: {
    failInfo: 'badMessageCheck',
    text: 'the certificate of the signer is missing',
    nextStep: 'The client must put the certificate it signs with into the message.',
  },
  bad_signature: {
    failInfo: 'badMessageCheck',
    text: 'the signature of the message is wrong',
    nextStep: 'The message was changed on its way, or the client signed with another key than its certificate has.',
  },
  bad_digest: {
    failInfo: 'badMessageCheck',
    text: 'the digest of the message is wrong',
    nextStep: 'The message was changed on its way, or the client digests something else than its content.',
  },
  bad_time: {
    failInfo: 'badTime',
    text: 'the signing time is too far from the time of the server',
    nextStep: 'Set the clock of the device, or widen or switch off the time window of the profile.',
  },
  content_encryption_refused: {
    failInfo: 'badAlg',
    text: 'the content encryption algorithm is not accepted',
    nextStep:
      'Let the client use AES in CBC mode. 3DES, single DES and AES-GCM can be allowed by compatibility switches.',
  },
  key_transport_refused: {
    failInfo: 'badAlg',
    text: 'the key transport algorithm is not accepted',
    nextStep: 'Let the client use RSA PKCS#1 v1.5 key transport. OAEP can be allowed by a compatibility switch.',
  },
  password_algorithm_refused: {
    failInfo: 'badAlg',
    text: 'the algorithm of the password recipient is not accepted',
    nextStep: 'Let the client use PBKDF2 with HMAC-SHA1 or SHA-2, and PWRI-KEK with AES or 3DES.',
  },
  recipient_kind_refused: {
    failInfo: 'badAlg',
    text: 'this kind of recipient is not accepted',
    nextStep:
      'Let the client encrypt to the RSA certificate that GetCACert delivers. Only a profile with static or one-time challenges can be asked under a password.',
  },
  no_envelope: {
    failInfo: 'badRequest',
    text: 'the message holds no encrypted request',
    nextStep: 'The client must send its request encrypted; one in the clear would show the challenge to everybody.',
  },
  bad_envelope: {
    failInfo: 'badRequest',
    text: 'the encrypted request cannot be processed',
    nextStep:
      'The detail says which step failed. Most often the client encrypts to an old or foreign certificate: let it fetch GetCACert again.',
  },
  signer_cannot_encrypt: {
    failInfo: 'badAlg',
    text: 'no reply can be encrypted to the key of the signer',
    nextStep:
      'Let the device send a challenge, with which the reply can be sealed (a renewal may carry one of its own making), or enrol with an RSA key.',
  },
  csr_algorithm_refused: {
    failInfo: 'badAlg',
    text: 'the signature algorithm of the certification request is not accepted',
    nextStep:
      'Let the client sign its certification request with SHA-256. RSA-PSS and SHA-1 can be allowed by compatibility switches, MD5 never.',
  },
  key_refused: {
    failInfo: 'badAlg',
    text: 'the key is not accepted',
    nextStep: 'The detail says what is wrong with the key; let the device make a stronger one.',
  },
  subject_refused: {
    failInfo: 'badRequest',
    text: 'the subject is not accepted',
    nextStep: 'The detail names the rule of the RA profile that the subject breaks.',
  },
  subject_alt_name_refused: {
    failInfo: 'badRequest',
    text: 'the subject alternative names are not accepted',
    nextStep: 'The detail names the name and the rule of the RA profile that it breaks.',
  },
  challenge_refused: {
    failInfo: 'badRequest',
    text: 'the challenge is not accepted',
    nextStep:
      'The detail says whether it is unknown, used up, expired or bound to other names. Create a new challenge.',
  },
  transaction_conflict: {
    failInfo: 'badRequest',
    text: 'the transactionID belongs to another request',
    nextStep: 'Let the client start a new transaction with a transactionID of its own.',
  },
  transaction_unknown: {
    failInfo: 'badCertId',
    text: 'there is no such transaction',
    nextStep: 'Let the client send its request again instead of polling; it must sign polls as it signed the request.',
  },
  approval_expired: {
    failInfo: 'badRequest',
    text: 'nobody decided about the request in time',
    nextStep: 'Let the client send its request again, and decide with "chancery approval approve" or "reject".',
  },
  issue_failed: {
    failInfo: 'badRequest',
    text: 'the certificate could not be made',
    nextStep: 'The log says why, at the time of the approval. Mend it and approve again, or let the client ask anew.',
  },
  authority_refused: {
    failInfo: 'badRequest',
    text: 'the certification authority refused the request',
    nextStep: 'The detail has what the authority answered; ask there why, and let the client send a new request.',
  },
  too_many_waiting: {
    failInfo: 'badRequest',
    text: 'too many requests are waiting already',
    nextStep: 'Decide about those in "chancery approval list --unauthenticated", or raise the limits of the profile.',
  },
  signer_refused: {
    failInfo: 'badRequest',
    text: 'the certificate of the signer is not accepted',
    nextStep: 'The detail says why: not issued here, revoked or expired. Let the device enrol anew with a challenge.',
  },
  renewal_refused: {
    failInfo: 'badRequest',
    text: 'the certificate of the signer cannot be renewed by this request',
    nextStep:
      'The detail names the rule: too early, expired, another subject, other names, the same key, another service. Or let the device enrol anew with a challenge.',
  },
  enrolment_refused: {
    failInfo: 'badRequest',
    text: 'the enrolment is refused',
    nextStep: 'The detail names the rule or the person that refused it.',
  },
  renewals_only: {
    failInfo: 'badRequest',
    text: 'new devices are not enrolled here, certificates are only renewed',
    nextStep: 'The SCEP profile takes no first enrolments. Switch them on, or send the device to another profile.',
  },
  already_certified: {
    failInfo: 'badRequest',
    text: 'the subject has a valid certificate already',
    nextStep: 'Let the device renew its certificate, revoke that one, or let the profile issue second certificates.',
  },
  certificate_unknown: {
    failInfo: 'badCertId',
    text: 'there is nothing to deliver under this issuer and serial number',
    nextStep: 'The detail says whether issuer, serial number or CRL is unknown, or who may ask for the certificate.',
  },
  // The reasons of a client, which reads what a server sent.
  transport_failed: {
    failInfo: null,
    text: 'the server gave no usable answer',
    nextStep: 'Check the URL and the network; the detail holds the HTTP status or the limit that was reached.',
  },
  capabilities_too_weak: {
    failInfo: null,
    text: 'the server does not offer what was demanded of it',
    nextStep: 'Ask who runs the server, or say explicitly that SCEPStandard may be assumed.',
  },
  no_recipient: {
    failInfo: null,
    text: 'the server has no certificate that a request can be encrypted to',
    nextStep: 'The detail says what its certificates lack; the key usage can be ignored by an option.',
  },
  no_password: {
    failInfo: null,
    text: 'a key that cannot encrypt or decrypt needs a challenge as password',
    nextStep:
      'Give the challenge of this endpoint, or use an RSA key: RFC 8894 §3.1 knows no third way to protect a message.',
  },
  request_outstanding: {
    failInfo: null,
    text: 'another request to this CA is still under way',
    nextStep: 'Wait until it is decided; RFC 8894 §4.4 wants one at a time. It can be forced.',
  },
  not_offered: {
    failInfo: null,
    text: 'the server does not offer this operation',
    nextStep: 'Ask who runs the server whether it is switched on; asking all the same can be forced.',
  },
  next_ca_untrusted: {
    failInfo: null,
    text: 'the answer does not prove that the next CA comes from the current one',
    nextStep: 'Nothing was stored. The detail says what is wrong; somebody may be standing in between.',
  },
  crl_untrusted: {
    failInfo: null,
    text: 'the CRL is not from the authenticated CA',
    nextStep: 'Do not use it. Keep it for the people who run the server.',
  },
  ca_certificates_untrusted: {
    failInfo: null,
    text: 'a certificate of the server does not belong to the authenticated CA',
    nextStep: 'Compare the fingerprint again; do not go on if it differs.',
  },
  reply_invalid: {
    failInfo: null,
    text: 'the reply of the server is not as SCEP prescribes',
    nextStep: 'The detail names what is wrong; keep the reply for the people who run the server.',
  },
  reply_mismatch: {
    failInfo: null,
    text: 'the reply of the server does not belong to this request',
    nextStep: 'Somebody may be replaying old replies, or a cache stands in between. Enrol again.',
  },
  reply_algorithm_refused: {
    failInfo: null,
    text: 'the reply of the server uses an algorithm that is not accepted',
    nextStep: 'The detail names the algorithm. Ask who runs the server for AES and SHA-256.',
  },
  certificate_not_ours: {
    failInfo: null,
    text: 'the reply holds no certificate for this key from the authenticated CA',
    nextStep: 'Nothing was stored. Keep the reply for the people who run the server.',
  },
} as const satisfies Record<string, ReasonRow>

export type Reason = keyof typeof REASONS
