import { constants, createHash, type KeyObject, verify, X509Certificate } from 'node:crypto'
import type { EmulatorState } from '../state.ts'
import type { App, Tenant } from './directory.ts'
import type { AadSts } from './token-error.ts'

const TOLERANCE_SECONDS = 300

/** What a client assertion (RFC 7523) proves; undefined when it is in order. */
export function assertionFault(
  state: EmulatorState,
  tenant: Tenant,
  app: App,
  assertion: string,
): { readonly code: AadSts; readonly detail: string } | undefined {
  const [header, claims] = [0, 1].map((part) => decode(assertion.split('.')[part] ?? ''))
  if (header === undefined || claims === undefined) return { code: 50027, detail: 'It has no header or no claims.' }
  if (header.alg !== 'PS256' && header.alg !== 'RS256') return { code: 50027, detail: 'alg is not PS256 or RS256.' }
  const certificate = registered(app, header)
  if (certificate === undefined)
    return { code: 700027, detail: 'The certificate is not registered on the application.' }
  if (!signedBy(certificate.publicKey, header.alg, assertion))
    return { code: 700027, detail: 'The signature is wrong.' }
  if (claims.iss !== claims.sub || !same(claims.iss, app.clientId)) return { code: 700021, detail: 'iss or sub.' }
  if (!audiences(state, tenant).includes(String(claims.aud))) return { code: 700023, detail: String(claims.aud) }
  const now = state.clock.now().getTime() / 1000
  const { exp, nbf, jti } = claims
  if (typeof exp !== 'number' || exp + TOLERANCE_SECONDS < now) return { code: 700024, detail: 'exp' }
  if (typeof nbf !== 'number' || nbf - TOLERANCE_SECONDS > now) return { code: 700024, detail: 'nbf' }
  if (typeof jti !== 'string' || jti === '') return { code: 50027, detail: 'jti is missing.' }
  if (state.usedAssertions.has(jti)) return { code: 50027, detail: 'The jti was used before.' }
  state.usedAssertions.add(jti)
  return undefined
}

type Members = Readonly<Record<string, unknown>>

function decode(part: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString())
    return typeof value === 'object' && value !== null ? { ...value } : undefined
  } catch {
    return undefined
  }
}

/** By `x5t#S256`, or by `x5t` where the newer one is absent. */
function registered(app: App, header: Members): X509Certificate | undefined {
  const [digest, thumbprint] = header['x5t#S256'] === undefined ? ['sha1', header.x5t] : ['sha256', header['x5t#S256']]
  const der = app.certificates.find(
    (one) =>
      createHash(digest as string)
        .update(one)
        .digest('base64url') === thumbprint,
  )
  return der && new X509Certificate(der)
}

function signedBy(key: KeyObject, alg: 'PS256' | 'RS256', assertion: string): boolean {
  const end = assertion.lastIndexOf('.')
  const signature = Buffer.from(assertion.slice(end + 1), 'base64url')
  const padding =
    alg === 'PS256'
      ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 }
      : { padding: constants.RSA_PKCS1_PADDING }
  return verify('sha256', Buffer.from(assertion.slice(0, end)), { key, ...padding }, signature)
}

function audiences({ url }: EmulatorState, tenant: Tenant): string[] {
  return [tenant.id, ...tenant.domains].flatMap((name) => [
    `${url}/${name}/oauth2/v2.0/token`,
    `${url}/${name}/oauth2/token`,
    `${url}/${name}/v2.0`,
  ])
}

const same = (one: unknown, other: string): boolean =>
  typeof one === 'string' && one.toLowerCase() === other.toLowerCase()
