/** The answer that lets a device in; every other one refuses. */
export const SUCCESS = 'Success'

/**
 * What Intune answers to a request, with its meaning for the administrator. The list is open: a code that is not here
 * refuses, too.
 */
export const RESULT_CODES: Readonly<Record<string, string>> = Object.assign(Object.create(null), {
  Unknown: 'Intune does not say why',
  CertificateRequestDecodingFailed: 'the certification request cannot be read',
  ChallengePasswordMissing: 'the request carries no challenge',
  ChallengeDeserializationError: 'the challenge is damaged, or none of Intune',
  ChallengeDecodingError: 'the challenge is damaged, or none of Intune',
  ChallengeDecryptionError: 'the challenge is damaged, or was made for another tenant',
  ChallengeInvalidTimestamp: 'the times in the challenge cannot be used',
  ChallengeExpired: 'the challenge is older than its 60 minutes',
  SubjectNameMissing: 'the request has no subject',
  SubjectNameMismatch: 'the subject is not the one that the Intune profile gives the device',
  SubjectAltNameMissing: 'the request has no subject alternative name, and the Intune profile gives one',
  SubjectAltNameMismatch: 'the subject alternative names are not those that the Intune profile gives',
  KeyUsageMismatch: 'the key usage is not the one of the Intune profile',
  KeyLengthMismatch: 'the key is not as long as the Intune profile says',
  EnhancedKeyUsageMissing: 'the request has no extended key usage, and the Intune profile gives one',
  EnhancedKeyUsageMismatch: 'the extended key usage is not the one of the Intune profile',
  AadKeyIdentifierListMissing: 'Entra ID has no key of the device',
  RegisteredKeyMismatch: 'the key is not the one that the device is registered with',
  SigningCertThumbprintMismatch: 'the request is signed with another certificate than the device has',
  ScepProfileNoLongerTargetedToTheClient: 'the Intune profile is no longer assigned to the device',
  SignatureValidationFailed: 'the signature of the challenge or of the request is wrong',
  BadCertificateRequestIdInChallenge: 'the challenge belongs to no request that Intune knows',
  BadDeviceIdInChallenge: 'the challenge belongs to no device that Intune knows',
  BadUserIdInChallenge: 'the challenge belongs to no user that Intune knows',
  BadTenantIdInChallenge:
    'the challenge was made in another tenant than the application is registered in: check the tenant',
  BadDeviceTypeInChallenge: 'the challenge was made for another type of device',
} satisfies Record<string, string>)

/** `ChallengeExpired (the challenge is older than its 60 minutes)` */
export function explainCode(code: string): string {
  return `${code} (${RESULT_CODES[code] ?? 'a code whose meaning is not known here'})`
}
