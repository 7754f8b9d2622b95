import type { FailInfo } from '@chancery/scep'

interface ResultCodeRow {
  /** For the administrator; goes on after "because". */
  readonly meaning: string
  /** Left out: badRequest. */
  readonly failInfo?: FailInfo
}

/** The answer that lets a device in; every other one refuses. */
export const SUCCESS = 'Success'

/** What Intune answers to a request. The list is open: a code that is not here refuses, too. */
export const RESULT_CODES: Readonly<Record<string, ResultCodeRow>> = Object.assign(Object.create(null), {
  Unknown: { meaning: 'Intune does not say why' },
  CertificateRequestDecodingFailed: { meaning: 'the certification request cannot be read' },
  ChallengePasswordMissing: { meaning: 'the request carries no challenge' },
  ChallengeDeserializationError: { meaning: 'the challenge is damaged, or none of Intune' },
  ChallengeDecodingError: { meaning: 'the challenge is damaged, or none of Intune' },
  ChallengeDecryptionError: { meaning: 'the challenge is damaged, or was made for another tenant' },
  ChallengeInvalidTimestamp: { meaning: 'the times in the challenge cannot be used' },
  ChallengeExpired: { meaning: 'the challenge is older than its 60 minutes' },
  SubjectNameMissing: { meaning: 'the request has no subject' },
  SubjectNameMismatch: { meaning: 'the subject is not the one that the Intune profile gives the device' },
  SubjectAltNameMissing: { meaning: 'the request has no subject alternative name, and the Intune profile gives one' },
  SubjectAltNameMismatch: { meaning: 'the subject alternative names are not those that the Intune profile gives' },
  KeyUsageMismatch: { meaning: 'the key usage is not the one of the Intune profile' },
  KeyLengthMismatch: { meaning: 'the key is not as long as the Intune profile says', failInfo: 'badAlg' },
  EnhancedKeyUsageMissing: { meaning: 'the request has no extended key usage, and the Intune profile gives one' },
  EnhancedKeyUsageMismatch: { meaning: 'the extended key usage is not the one of the Intune profile' },
  AadKeyIdentifierListMissing: { meaning: 'Entra ID has no key of the device' },
  RegisteredKeyMismatch: { meaning: 'the key is not the one that the device is registered with' },
  SigningCertThumbprintMismatch: { meaning: 'the request is signed with another certificate than the device has' },
  ScepProfileNoLongerTargetedToTheClient: { meaning: 'the Intune profile is no longer assigned to the device' },
  SignatureValidationFailed: {
    meaning: 'the signature of the challenge or of the request is wrong',
    failInfo: 'badMessageCheck',
  },
  BadCertificateRequestIdInChallenge: { meaning: 'the challenge belongs to no request that Intune knows' },
  BadDeviceIdInChallenge: { meaning: 'the challenge belongs to no device that Intune knows' },
  BadUserIdInChallenge: { meaning: 'the challenge belongs to no user that Intune knows' },
  BadTenantIdInChallenge: {
    meaning: 'the challenge was made in another tenant than the application is registered in: check the tenant',
  },
  BadDeviceTypeInChallenge: { meaning: 'the challenge was made for another type of device' },
} satisfies Record<string, ResultCodeRow>)

/** `ChallengeExpired (the challenge is older than its 60 minutes)` */
export function explainCode(code: string): string {
  return `${code} (${RESULT_CODES[code]?.meaning ?? 'a code whose meaning is not known here'})`
}
