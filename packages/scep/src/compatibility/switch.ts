import type { ClientName } from './client.ts'

/** One compatibility switch: what it does, and the clients that need it so and not otherwise. */
interface SwitchRow {
  readonly title: string
  readonly description: string
  readonly neededBy: { readonly [Name in ClientName]?: Need }
  readonly values:
    | { readonly kind: 'boolean' }
    | { readonly kind: 'choice'; readonly of: readonly string[] }
    | SecondsRow
  readonly default: boolean | string | number | null
}

/** The value that a client needs, and what it does that makes it need it. */
interface Need {
  readonly value: boolean | string | number | null
  readonly because: string
}

/** Seconds, or null for "off". */
interface SecondsRow {
  readonly kind: 'seconds'
  readonly minimum: number
  readonly maximum: number
}

const ON_OFF = { kind: 'boolean' } as const

/** The closed set of switches, with the value of the compatibility profile `default`. */
export const SWITCHES = {
  tripleDes: {
    title: '3DES',
    description: 'Accept and advertise 3DES (DES3).',
    neededBy: {
      'cisco-ios': { value: true, because: 'older releases have no AES' },
      apple: { value: true, because: 'take single DES where DES3 is not advertised, in older releases' },
      'ndes-devices': { value: true, because: 'know what NDES knew' },
    },
    values: ON_OFF,
    default: true,
  },
  sha1: {
    title: 'SHA-1',
    description: 'Accept and advertise SHA-1 as digest of messages and certification requests.',
    neededBy: {
      scepclient: { value: true, because: 'signs with SHA-1, whatever is advertised' },
      'cisco-ios': { value: true, because: 'older releases have no SHA-256' },
      apple: { value: true, because: 'take MD5 where SHA-1 is not advertised, in older releases' },
      'ndes-devices': { value: true, because: 'know what NDES knew' },
    },
    values: ON_OFF,
    default: true,
  },
  singleDes: {
    title: 'Single DES',
    description:
      'Accept requests encrypted with single DES, which anybody can break. Never advertised; replies use 3DES.',
    neededBy: { scepclient: { value: true, because: 'encrypts with single DES, whatever is advertised' } },
    values: ON_OFF,
    default: false,
  },
  oaep: {
    title: 'RSA-OAEP',
    description: 'Accept RSAES-OAEP key transport, and answer it with the same.',
    neededBy: { windows: { value: true, because: 'some releases wrap content keys with OAEP' } },
    values: ON_OFF,
    default: true,
  },
  rsaPss: {
    title: 'RSA-PSS',
    description: 'Accept RSASSA-PSS signatures of messages and certification requests. Replies never use it.',
    neededBy: { strongswan: { value: true, because: 'signs so with --rsa-padding pss' } },
    values: ON_OFF,
    default: true,
  },
  aesGcm: {
    title: 'AES-GCM in EnvelopedData',
    description:
      'Accept AES-GCM where SCEP has a cipher in CBC mode. In no standard, never advertised; replies use AES-CBC with a key of the same length.',
    neededBy: { 'go-pkcs7': { value: true, because: 'write it when they are set to AES-GCM' } },
    values: ON_OFF,
    default: false,
  },
  authEnvelopedData: {
    title: 'AuthEnvelopedData',
    description:
      'Accept AES-GCM in AuthEnvelopedData (RFC 5083) in the place of EnvelopedData. Never advertised; replies use AES-CBC with a key of the same length.',
    neededBy: { 'openssl-cms': { value: true, because: 'write it for -aes-256-gcm' } },
    values: ON_OFF,
    default: false,
  },
  getPkiOperation: {
    title: 'Requests by GET',
    description: 'Accept PKIOperation by GET, with the message in the URL. Off: HTTP 405.',
    neededBy: {
      certmonger: { value: true, because: 'never uses POST' },
      'cisco-ios': { value: true, because: 'older releases know only GET' },
      mikrotik: { value: true, because: 'falls back to GET where it does not find its capabilities' },
      'old-drafts': { value: true, because: 'know only GET' },
    },
    values: ON_OFF,
    default: true,
  },
  caCertificates: {
    title: 'Content of GetCACert',
    description:
      'ca: the RA certificate and the CA that issues. intermediates: and the CAs above it but the root. root: and the root. single: nothing but the certificate that requests are encrypted to, as bare DER. A CA that opens requests itself is always sent so.',
    neededBy: {
      apple: {
        value: 'intermediates',
        because: 'chain the set to what stands at its top, and some renew only without the root in it',
      },
      'ndes-devices': { value: 'ca', because: 'expect the set of NDES: RA and issuing CA' },
      'bare-certificate': { value: 'single', because: 'take one certificate' },
    },
    values: { kind: 'choice', of: ['ca', 'intermediates', 'root', 'single'] },
    default: 'root',
  },
  getCaCertChain: {
    title: 'GetCACertChain',
    description: 'Answer GetCACertChain, which drafts had up to number 18. Off: HTTP 400.',
    neededBy: { 'old-drafts': { value: true, because: 'ask for the chain by it' } },
    values: ON_OFF,
    default: false,
  },
  certRepCertificates: {
    title: 'Certificates in a SUCCESS',
    description:
      'alone: the issued certificate. ca: and the CA that issued it. The settings includeCaCertificate and includeCaCertificateChain of the profile, where they are on, win.',
    neededBy: {
      'cisco-ios': { value: 'ca', because: 'wants the CA certificate beside its own' },
      juniper: { value: 'alone', because: 'refuse a reply with the CA certificate in it' },
    },
    values: { kind: 'choice', of: ['alone', 'ca'] },
    default: 'alone',
  },
  missingSenderNonce: {
    title: 'Missing senderNonce',
    description: 'What to do with a request that has no senderNonce.',
    neededBy: { 'old-drafts': { value: 'tolerate', because: 'need not send one' } },
    values: { kind: 'choice', of: ['refuse', 'tolerate'] },
    default: 'refuse',
  },
  signerKeyRule: {
    title: 'Key of a self-signed signer',
    description:
      'same-key: the self-signed certificate and the certification request must have one key, so that nobody can have the reply to a captured request encrypted to himself. any-key: they may differ.',
    neededBy: { 'two-keys': { value: 'any-key', because: 'have no other way to ask for the second one' } },
    values: { kind: 'choice', of: ['same-key', 'any-key'] },
    default: 'same-key',
  },
  timeWindowSeconds: {
    title: 'Time window',
    description: 'Refuse messages whose signing time is further than this from the time of the server.',
    neededBy: {
      clockless: { value: null, because: 'sign at a time of their own' },
      windows: { value: null, because: 'devices that Autopilot sets up start hours behind' },
    },
    values: { kind: 'seconds', minimum: 60, maximum: 30 * 86_400 },
    default: null,
  },
  emptyContent: {
    title: 'Content of FAILURE and PENDING',
    description: 'absent: as RFC 8894 has it. empty: an OCTET STRING of no octets. ndes: one octet 00.',
    neededBy: {
      certmonger: { value: 'empty', because: 'takes a refusal without content for an outage' },
      chromeos: { value: 'empty', because: 'older releases of jscep, which reads the replies there, want a content' },
      'ndes-devices': { value: 'ndes', because: 'expect the content of NDES' },
    },
    values: { kind: 'choice', of: ['absent', 'empty', 'ndes'] },
    default: 'absent',
  },
  failInfoText: {
    title: 'failInfoText',
    description: 'Send the reason of a refusal as text.',
    neededBy: { 'strict-attributes': { value: false, because: 'the attribute is newer than they are' } },
    values: ON_OFF,
    default: true,
  },
  passwordPrf: {
    title: 'Function of password envelopes',
    description: 'HMAC with which PBKDF2 derives the key of a reply under a password.',
    neededBy: { 'openssl-1.0': { value: 'sha1', because: 'know only SHA-1, the default of PBKDF2' } },
    values: { kind: 'choice', of: ['sha256', 'sha1'] },
    default: 'sha256',
  },
  getCert: {
    title: 'GetCert',
    description:
      'Whose certificates may be asked for. own: those of the key or certificate that signs the question. any: all that this CA issued. off: none.',
    neededBy: { sscep: { value: 'any', because: 'asks for certificates of others, to encrypt to them' } },
    values: { kind: 'choice', of: ['own', 'any', 'off'] },
    default: 'own',
  },
  getCrl: {
    title: 'GetCRL',
    description: 'Answer questions for the CRL over SCEP.',
    neededBy: {
      'cisco-ios': { value: true, because: 'older releases follow no distribution point' },
      sscep: { value: true, because: 'knows no other way to a CRL' },
    },
    values: ON_OFF,
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
