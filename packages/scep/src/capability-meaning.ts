/** What a capability tells a client (RFC 8894 §3.5.2), under its proper spelling. */
export const CAPABILITY_MEANINGS = {
  AES: 'requests may be encrypted with AES-128-CBC',
  DES3: 'requests may be encrypted with 3DES-CBC',
  GetNextCACert: 'hands out the certificate of the next CA before it is used',
  POSTPKIOperation: 'takes requests by HTTP POST',
  Renewal: 'renews a certificate on the strength of the old one',
  'SHA-1': 'takes SHA-1 as digest',
  'SHA-256': 'takes SHA-256 as digest',
  'SHA-384': 'takes SHA-384 as digest (not in RFC 8894; strongSwan asks for it)',
  'SHA-512': 'takes SHA-512 as digest',
  SCEPStandard: 'has everything that RFC 8894 makes mandatory: AES, SHA-256, POST',
  Update: 'of an old draft: renews certificates with UpdateReq',
} as const

export type CapabilityWord = keyof typeof CAPABILITY_MEANINGS

/** The word that a line of GetCACaps means, in whatever case it is written. */
export function capabilityWord(line: string): CapabilityWord | undefined {
  return BY_LOWER_CASE.get(line.trim().toLowerCase())
}

const BY_LOWER_CASE: ReadonlyMap<string, CapabilityWord> = new Map(
  (Object.keys(CAPABILITY_MEANINGS) as CapabilityWord[]).map((word) => [word.toLowerCase(), word]),
)
