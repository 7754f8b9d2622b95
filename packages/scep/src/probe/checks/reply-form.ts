import { type Element, TAG } from '@chancery/pki'
import { attributeValues } from '../../attribute.ts'
import { describe, type SeenReply } from '../answer.ts'
import { broken, either, met, note, type ProbeFinding } from '../finding.ts'
import type { ProbeCheck } from '../probe-check.ts'
import type { Asked } from '../server.ts'

/** A poll for what nobody began has to be refused, and the refusal shows how the server answers anything. */
export const replyForm: ProbeCheck = {
  name: 'reply-form',
  title: 'The form of a CertRep',
  needs: 'recipient',
  async run(server) {
    const asked = await server.ask()
    const { answer, reply } = asked
    if (reply === undefined) {
      return [
        broken(
          'S-4.3-04 S-4.4-02',
          `A poll for a transaction that nobody began is answered with ${describe(answer, reply)} instead of a signed FAILURE.`,
        ),
      ]
    }
    return [
      ...http(asked),
      ...status(asked, reply),
      ...correlation(asked, reply),
      ...signature(reply),
      ...content(reply),
    ]
  },
}

function http({ answer }: Asked): ProbeFinding[] {
  return [
    either(answer.status === 200, 'S-4.3-04', 'It travels with HTTP 200.', `It travels with HTTP ${answer.status}.`),
    either(
      answer.contentType === 'application/x-pki-message',
      'S-4.3-03',
      'It is labelled application/x-pki-message.',
      `It is labelled ${answer.contentType ?? 'not at all'}, not application/x-pki-message.`,
    ),
  ]
}

function status({ answer }: Asked, reply: SeenReply): ProbeFinding[] {
  const seen = describe(answer, reply)
  const findings = [
    either(
      reply.pkiStatus === 'FAILURE',
      'S-4.4-02',
      'A poll for a transaction that nobody began is refused.',
      `A poll for a transaction that nobody began is answered with ${seen}.`,
    ),
    either(reply.messageType === '3', 'S-3.2.1-02', 'It is a CertRep.', `Its messageType is ${reply.messageType}.`),
  ]
  if (reply.pkiStatus !== 'FAILURE') return findings
  findings.push(
    either(
      reply.failInfo !== undefined,
      'S-3.2.1-03',
      'A refusal has a failInfo.',
      'A refusal has no failInfo, or one that nobody knows.',
    ),
  )
  if (reply.failInfo !== 'badCertId') {
    findings.push(note('S-3.2.1.4-15', `The reason given for it is ${reply.failInfo}; badCertId fits better.`))
  } else findings.push(met('S-3.2.1.4-15', 'The reason given for it is badCertId.'))
  return findings
}

function correlation({ transactionId, senderNonce }: Asked, reply: SeenReply): ProbeFinding[] {
  const own = reply.senderNonce
  return [
    either(
      reply.transactionId === transactionId,
      'S-3.2.1.1-02',
      'The transactionID is that of the request.',
      'The transactionID is not that of the request.',
    ),
    either(
      reply.recipientNonce?.equals(senderNonce) === true,
      'S-3.2.1.5-02',
      'The recipientNonce is the nonce of the request.',
      'The recipientNonce is not the nonce of the request.',
    ),
    own === undefined
      ? broken('S-3.2.1.5-04', 'It has no senderNonce, which MikroTik wants.')
      : either(
          !own.equals(senderNonce) && own.length === 16,
          'S-3.2.1.5-04',
          'It has a senderNonce of its own.',
          own.equals(senderNonce)
            ? 'Its senderNonce is that of the request sent back: it proves nothing.'
            : `Its senderNonce has ${own.length} octets, not 16.`,
        ),
  ]
}

const RSA_ENCRYPTION = '1.2.840.113549.1.1.1'

function signature({ signedBy, message }: SeenReply): ProbeFinding[] {
  const { signerInfo, signedData } = message
  const strings = (['transactionId', 'messageType', 'pkiStatus', 'failInfo'] as const).flatMap((name) => {
    const element: Element | undefined = attributeValues(message.attributes, name).only
    return element === undefined || element.tag === TAG.printableString ? [] : [name]
  })
  const findings = [
    either(
      signedBy !== undefined,
      'S-3.2-10 S-3.2.1.4-17',
      'It is signed with a certificate of GetCACert.',
      'No certificate of GetCACert verifies its signature.',
    ),
    either(
      signedData.certificates.length > 0,
      'S-3.2-08',
      'The certificate of its signer goes along.',
      'No certificate goes along; clients must have kept those of GetCACert.',
    ),
    either(
      strings.length === 0,
      'S-3.2.1-05',
      'Its attributes are PrintableStrings.',
      `${strings.join(', ')}: no PrintableString, on which sscep gives up.`,
    ),
  ]
  if (signedBy?.publicKey.type === 'rsa' && signerInfo.signatureAlgorithm.oid !== RSA_ENCRYPTION) {
    findings.push(
      note(
        'C-AL-02',
        `Its signatureAlgorithm is ${signerInfo.signatureAlgorithm.oid}; strongSwan 5.9 reads only rsaEncryption.`,
      ),
    )
  }
  return findings
}

function content({ message, pkiStatus }: SeenReply): ProbeFinding[] {
  if (pkiStatus === 'SUCCESS') return []
  const { eContent } = message.signedData
  if (eContent === undefined) return [met('S-3.2-04', 'Where there is nothing to say it has no content.')]
  return [
    broken(
      'S-3.2-04',
      `Where there is nothing to say it has a content of ${eContent.length} octets; RFC 8894 leaves it out.`,
    ),
  ]
}
