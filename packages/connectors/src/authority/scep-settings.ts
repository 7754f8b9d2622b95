import type { AuthorityRecord } from '@chancery/ra'
import { type Static, Type } from 'typebox'

const PEM_CERTIFICATE = '^\\s*-----BEGIN CERTIFICATE-----[\\s\\S]{1,20000}-----END CERTIFICATE-----\\s*$'
const PEM_KEY = '^\\s*-----BEGIN PRIVATE KEY-----[\\s\\S]{1,20000}-----END PRIVATE KEY-----\\s*$'

/** What another SCEP server is asked with. Defaults hold for what is left out. */
export const SCEP_SETTINGS = Type.Object(
  {
    url: Type.String({
      title: 'URL',
      description: 'Of the SCEP server, as its clients are given it. Redirects are not followed.',
      pattern: '^https?://[!-~]{1,1000}$',
      rule: 'must be an http or https URL',
    }),
    caFingerprint: Type.String({
      title: 'CA fingerprint',
      description:
        'SHA-256 of the CA certificate that the server must show in GetCACert; nothing else authenticates it. Ask its administrator.',
      pattern: '^[0-9A-Fa-f]{2}(:?[0-9A-Fa-f]{2}){31}$',
      rule: 'must be a SHA-256 fingerprint: 64 hexadecimal digits, colons allowed',
    }),
    timeoutSeconds: Type.Optional(
      Type.Integer({
        title: 'Timeout in seconds',
        description:
          'How long the server may take to answer. A device waits two seconds of it, and is then told to ask again.',
        minimum: 1,
        maximum: 120,
        default: 30,
        rule: 'must be a whole number of seconds from 1 to 120',
      }),
    ),
    concurrentCalls: Type.Optional(
      Type.Integer({
        title: 'Calls at a time',
        description: 'How many requests each process of Chancery has under way at the server.',
        minimum: 1,
        maximum: 64,
        default: 8,
        rule: 'must be a whole number from 1 to 64',
      }),
    ),
    legacyAlgorithms: Type.Optional(
      Type.Boolean({
        title: 'Legacy algorithms',
        description:
          'Also take replies in single DES, and encrypt to a certificate whose key usage does not allow it. Some servers, such as scepserver, need both.',
        default: false,
        rule: 'must be true or false',
      }),
    ),
    clientCertificate: Type.Optional(
      Type.String({
        title: 'Client certificate',
        description:
          'With which Chancery signs what it passes on, PEM. Left out: a self-signed one. The server may know its RAs by it.',
        pattern: PEM_CERTIFICATE,
        rule: 'must be one certificate in PEM',
      }),
    ),
    clientKey: Type.Optional(
      Type.String({
        title: 'Client key',
        description: 'RSA key of the client certificate, PEM (PKCS #8). Left out: one is made, once.',
        pattern: PEM_KEY,
        writeOnly: true,
        rule: 'must be an RSA private key in PEM (PKCS #8)',
      }),
    ),
    raChallenge: Type.Optional(
      Type.String({
        title: 'Challenge for our own certificates',
        description:
          'With which the RA certificates are asked for that SCEP profiles need at this authority. Devices bring their own challenge: it is passed on as it is.',
        minLength: 1,
        maxLength: 255,
        writeOnly: true,
        rule: 'must be a text of 1 to 255 characters',
      }),
    ),
    known: Type.Optional(
      Type.Object(
        {
          certificates: Type.Array(Type.String({ pattern: PEM_CERTIFICATE }), { maxItems: 32 }),
          capabilities: Type.Array(Type.String({ maxLength: 100 }), { maxItems: 64 }),
        },
        {
          title: 'The server as it was last seen',
          description: 'Filled in by Chancery, so that requests can be taken while the server is down.',
          readOnly: true,
          additionalProperties: false,
          rule: 'is filled in by Chancery: leave it out',
        },
      ),
    ),
  },
  { additionalProperties: false },
)

type Given = Static<typeof SCEP_SETTINGS>

export type ScepSettings = Given & Required<Pick<Given, 'timeoutSeconds' | 'concurrentCalls' | 'legacyAlgorithms'>>

const DEFAULTS = { timeoutSeconds: 30, concurrentCalls: 8, legacyAlgorithms: false }

/** Settings and secrets as one, with the defaults. What is in the store was checked on its way there. */
export function scepSettings({ settings, secrets }: Pick<AuthorityRecord, 'settings' | 'secrets'>): ScepSettings {
  const kept = secrets === undefined ? {} : (JSON.parse(secrets.reveal()) as Record<string, unknown>)
  return { ...DEFAULTS, ...settings, ...kept } as ScepSettings
}
