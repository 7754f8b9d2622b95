/** CARevocationErrorCode; those from 4100 on are offered again. */
export const RESULT_CODES = {
  None: 0,
  NonRetryableServiceException: 4000,
  DataSerializationError: 4001,
  ParameterDataInvalidError: 4002,
  CryptographyError: 4003,
  CertificateNotFoundError: 4004,
  ConflictError: 4005,
  NotSupportedError: 4006,
  PayloadTooLargeError: 4007,
  RetryableServiceException: 4100,
  ServiceUnavailableException: 4101,
  ServiceTooBusyException: 4102,
  AuthenticationException: 4103,
} as const

export type ResultName = keyof typeof RESULT_CODES

/** A code is written as its name or as its number, in a string either way. */
export function resultNamed(text: string): ResultName | undefined {
  const names = Object.keys(RESULT_CODES) as ResultName[]
  return names.find((name) => name === text || String(RESULT_CODES[name]) === text)
}

export const isRetryable = (name: ResultName): boolean => RESULT_CODES[name] >= RESULT_CODES.RetryableServiceException
