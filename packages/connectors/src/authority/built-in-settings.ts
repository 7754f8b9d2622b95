import type { AuthorityRecord } from '@chancery/ra'
import { type Static, Type } from 'typebox'

/** `auto`: below the server's public URL; `off`: certificates say nothing about it. */
const publishedUrl = (title: string, description: string) =>
  Type.Optional(
    Type.String({
      title,
      description,
      // Plain HTTP: who checks the certificate of an HTTPS server would need the CRL to get the CRL.
      pattern: '^(auto|off|http://[A-Za-z0-9\\[][!-~]{0,500})$',
      default: 'auto',
      rule: 'must be "auto", "off" or an http URL, in which {generation} stands for the number of the CA certificate',
    }),
  )

export const MOST_CRL_SHARDS = 1024

/** Every field may be left out: then its default holds. */
export const BUILT_IN_SETTINGS = Type.Object(
  {
    crlUrl: publishedUrl('CRL URL', 'Where certificates say that their CRL is found.'),
    caIssuersUrl: publishedUrl('CA certificate URL', 'Where certificates say that the CA certificate is found (AIA).'),
    ocspUrl: publishedUrl('OCSP URL', 'Where certificates say that OCSP is answered (AIA).'),
    crlValidityDays: Type.Optional(
      Type.Integer({
        title: 'Validity of a CRL in days',
        description: 'A new one is made before half of it is over, and within seconds of a revocation.',
        minimum: 1,
        maximum: 365,
        default: 7,
        rule: 'must be a whole number of days from 1 to 365',
      }),
    ),
    deltaCrls: Type.Optional(
      Type.Boolean({
        title: 'Delta CRLs',
        description:
          'Beside each complete CRL, a small one with what has changed since the oldest that is still valid.',
        default: false,
        rule: 'must be true or false',
      }),
    ),
    deltaCrlValidityHours: Type.Optional(
      Type.Integer({
        title: 'Validity of a delta CRL in hours',
        description: 'A new one is made before half of it is over, and within seconds of a revocation.',
        minimum: 1,
        maximum: 8760,
        default: 24,
        rule: 'must be a whole number of hours from 1 to 8760',
      }),
    ),
    deltaCrlUrl: publishedUrl('Delta CRL URL', 'Where complete CRLs say that the delta CRL is found.'),
    deltaCrlInCertificates: Type.Optional(
      Type.Boolean({
        title: 'Delta CRL URL in certificates',
        description: 'Certificates say it too (freshestCRL), but for those with a CRL of their own shard.',
        default: false,
        rule: 'must be true or false',
      }),
    ),
    crlShards: Type.Optional(
      Type.Integer({
        title: 'CRL shards',
        description:
          'Into so many parts the CRL is divided: a certificate names the part that it belongs to. 0: it names the complete CRL.',
        minimum: 0,
        maximum: MOST_CRL_SHARDS,
        default: 0,
        rule: `must be a whole number from 0 to ${MOST_CRL_SHARDS}`,
      }),
    ),
    crlShardUrl: Type.Optional(
      Type.String({
        title: 'CRL URL of a shard',
        description: 'Where certificates say that the CRL of their shard is found.',
        pattern: '^(auto|http://[A-Za-z0-9\\[][!-~]{0,400}\\{shard\\}[!-~]{0,100})$',
        default: 'auto',
        rule: 'must be "auto", or an http URL with {shard} in it; {generation} stands for the number of the CA certificate',
      }),
    ),
    crlNumberAbove: Type.Optional(
      Type.Integer({
        title: 'Last CRL number elsewhere',
        description:
          'Of a CA that came from another system: the number of the last CRL that it published there. Ours go on above it.',
        minimum: 0,
        maximum: 1e15,
        default: 0,
        rule: 'must be a whole number from 0 to 1000000000000000',
      }),
    ),
    ocspKey: Type.Optional(
      Type.Union([Type.Literal('p-256'), Type.Literal('rsa-2048')], {
        title: 'Key of OCSP answers',
        description:
          'Answers are signed with a certificate of their own. RSA takes ten times as long; some old clients read nothing else.',
        default: 'p-256',
        rule: 'must be "p-256" or "rsa-2048"',
      }),
    ),
    ocspValidityHours: Type.Optional(
      Type.Integer({
        title: 'Validity of an OCSP answer in hours',
        description: 'How long clients and proxies may keep one. Chancery itself tells of a revocation at once.',
        minimum: 1,
        maximum: 168,
        default: 12,
        rule: 'must be a whole number of hours from 1 to 168',
      }),
    ),
  },
  { additionalProperties: false },
)
export type BuiltInSettings = Required<Static<typeof BUILT_IN_SETTINGS>>

const DEFAULTS: BuiltInSettings = {
  crlUrl: 'auto',
  caIssuersUrl: 'auto',
  ocspUrl: 'auto',
  ocspKey: 'p-256',
  ocspValidityHours: 12,
  crlValidityDays: 7,
  deltaCrls: false,
  deltaCrlValidityHours: 24,
  deltaCrlUrl: 'auto',
  deltaCrlInCertificates: false,
  crlShards: 0,
  crlShardUrl: 'auto',
  crlNumberAbove: 0,
}

/** Of a built-in authority, with the defaults for what was never set. What is in the store was checked on its way there. */
export function builtInSettings({ settings }: Pick<AuthorityRecord, 'settings'>): BuiltInSettings {
  return { ...DEFAULTS, ...settings }
}
