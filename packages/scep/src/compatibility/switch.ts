/** One compatibility switch: what it does, and the client that needs it turned. */
interface SwitchRow {
  readonly title: string
  readonly description: string
  /** The client for which it exists. */
  readonly neededBy: string
  readonly values:
    | { readonly kind: 'boolean' }
    | { readonly kind: 'choice'; readonly of: readonly string[] }
    | SecondsRow
  readonly default: boolean | string | number | null
}

/** Seconds, or null for "off". */
interface SecondsRow {
  readonly kind: 'seconds'
  readonly minimum: number
  readonly maximum: number
}

/** The closed set of switches, with the value of the compatibility profile `default`. */
export const SWITCHES = {
  tripleDes: {
    title: '3DES',
    description: 'Accept and advertise 3DES (DES3).',
    neededBy: 'clients without AES: old Cisco IOS, NDES-era devices',
    values: { kind: 'boolean' },
    default: true,
  },
  sha1: {
    title: 'SHA-1',
    description: 'Accept and advertise SHA-1 as digest of messages and certification requests.',
    neededBy: 'clients without SHA-256: micromdm scepclient, old Cisco IOS',
    values: { kind: 'boolean' },
    default: true,
  },
  singleDes: {
    title: 'Single DES',
    description:
      'Accept requests encrypted with single DES, which anybody can break. Never advertised; replies use 3DES.',
    neededBy: 'micromdm scepclient 2.1.0 and earlier',
    values: { kind: 'boolean' },
    default: false,
  },
  oaep: {
    title: 'RSA-OAEP',
    description: 'Accept RSAES-OAEP key transport, and answer it with the same.',
    neededBy: 'some Windows clients',
    values: { kind: 'boolean' },
    default: true,
  },
  missingSenderNonce: {
    title: 'Missing senderNonce',
    description: 'What to do with a request that has no senderNonce.',
    neededBy: 'embedded clients written to early drafts',
    values: { kind: 'choice', of: ['refuse', 'tolerate'] },
    default: 'refuse',
  },
  signerKeyRule: {
    title: 'Key of a self-signed signer',
    description:
      'same-key: the self-signed certificate and the certification request must have one key, so that nobody can have the reply to a captured request encrypted to himself.',
    neededBy: 'clients that sign two requests with one key (any-key)',
    values: { kind: 'choice', of: ['same-key', 'any-key'] },
    default: 'same-key',
  },
  timeWindowSeconds: {
    title: 'Time window',
    description: 'Refuse messages whose signing time is further than this from the time of the server.',
    neededBy: 'devices without a clock need it off',
    values: { kind: 'seconds', minimum: 60, maximum: 30 * 86_400 },
    default: null,
  },
  emptyContent: {
    title: 'Content of FAILURE and PENDING',
    description: 'absent: as RFC 8894 has it. empty: an OCTET STRING of no octets. ndes: one octet 00.',
    neededBy: 'certmonger (empty), which otherwise takes a refusal for an outage; devices made for NDES (ndes)',
    values: { kind: 'choice', of: ['absent', 'empty', 'ndes'] },
    default: 'absent',
  },
  failInfoText: {
    title: 'failInfoText',
    description: 'Send the reason of a refusal as text.',
    neededBy: 'old clients that stumble over the attribute need it off',
    values: { kind: 'boolean' },
    default: true,
  },
  passwordPrf: {
    title: 'Function of password envelopes',
    description: 'HMAC with which PBKDF2 derives the key of a reply under a password.',
    neededBy: 'clients that know only the default of PBKDF2, SHA-1 (sha1): those that use OpenSSL 1.0',
    values: { kind: 'choice', of: ['sha256', 'sha1'] },
    default: 'sha256',
  },
  getCert: {
    title: 'GetCert',
    description:
      'Whose certificates may be asked for. own: those of the key or certificate that signs the question. any: all that this CA issued.',
    neededBy: 'sscep and cryptlib, where they ask for certificates of others (any)',
    values: { kind: 'choice', of: ['own', 'any', 'off'] },
    default: 'own',
  },
  getCrl: {
    title: 'GetCRL',
    description: 'Answer questions for the CRL over SCEP.',
    neededBy: 'old Cisco IOS, sscep and other clients that do not follow distribution points',
    values: { kind: 'boolean' },
    default: true,
  },
} as const satisfies Record<string, SwitchRow>

export type SwitchName = keyof typeof SWITCHES

type ValueOf<Row extends SwitchRow['values']> = Row extends { kind: 'boolean' }
  ? boolean
  : Row extends { kind: 'choice'; of: readonly (infer Choice)[] }
    ? Choice
    : number | null

export type CompatibilitySwitches = { readonly [Name in SwitchName]: ValueOf<(typeof SWITCHES)[Name]['values']> }
