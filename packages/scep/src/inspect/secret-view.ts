/** Where a challenge may stand in bytes that nobody could read further. */
const CHALLENGE_PASSWORD = Buffer.from('06092a864886f70d010907', 'hex')

export const CHALLENGE_PASSWORD_OID = '1.2.840.113549.1.9.7'

export const MASKED = '[hidden]'

/** The octets that may be shown: those up to a challengePassword, whatever became of the structure around it. */
export function showable(bytes: Buffer, showSecrets: boolean): { shown: Buffer; hidden: number } {
  const at = showSecrets ? -1 : bytes.indexOf(CHALLENGE_PASSWORD)
  const end = at === -1 ? bytes.length : at + CHALLENGE_PASSWORD.length
  return { shown: bytes.subarray(0, end), hidden: bytes.length - end }
}
