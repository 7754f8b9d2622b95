import { type Grant, isRole, ROLE_NAMES } from '@chancery/api'
import type { Secret } from '@chancery/scep'
import { readSecretSetting } from '../../secret-setting.ts'

/** An identity provider that signs people in. */
export interface OidcSettings {
  /** As it names itself. */
  readonly issuer: URL
  readonly clientId: string
  /** Undefined: a public client. */
  readonly clientSecret: Secret | undefined
  readonly scopes: string
  /** Name of the claim, or a path to it with dots. */
  readonly roleClaim: string
  readonly roles: readonly RoleRule[]
}

/** What somebody may do of whom the claim has this value. */
export interface RoleRule {
  readonly value: string
  readonly grant: Grant
}

export const OIDC_VARIABLES = [
  'CHANCERY_OIDC_ISSUER',
  'CHANCERY_OIDC_CLIENT_ID',
  'CHANCERY_OIDC_CLIENT_SECRET',
  'CHANCERY_OIDC_CLIENT_SECRET_FILE',
  'CHANCERY_OIDC_SCOPES',
  'CHANCERY_OIDC_ROLE_CLAIM',
  'CHANCERY_OIDC_ROLES',
] as const

type Settings = Readonly<Partial<Record<(typeof OIDC_VARIABLES)[number], string>>>
type Fault = (text: string) => void

/** Undefined: nobody signs in that way. */
export function readOidc(settings: Settings, fault: Fault): OidcSettings | undefined {
  const { CHANCERY_OIDC_ISSUER: issuerText, CHANCERY_OIDC_CLIENT_ID: clientId = '' } = settings
  if (issuerText === undefined) {
    const lonely = OIDC_VARIABLES.filter((name) => settings[name] !== undefined)
    if (lonely.length > 0) fault(`CHANCERY_OIDC_ISSUER: missing beside ${lonely.join(', ')}`)
    return undefined
  }
  const issuer = readIssuer(issuerText, fault)
  if (clientId === '') fault('CHANCERY_OIDC_CLIENT_ID: missing beside CHANCERY_OIDC_ISSUER')
  const clientSecret = readSecretSetting(
    {
      name: 'CHANCERY_OIDC_CLIENT_SECRET',
      inline: settings.CHANCERY_OIDC_CLIENT_SECRET,
      path: settings.CHANCERY_OIDC_CLIENT_SECRET_FILE,
    },
    fault,
  )?.secret
  const roles = readRoles(settings.CHANCERY_OIDC_ROLES, fault)
  const scopes = settings.CHANCERY_OIDC_SCOPES?.split(/[\s,]+/).join(' ') ?? 'openid profile email'
  if (!scopes.split(' ').includes('openid')) fault('CHANCERY_OIDC_SCOPES: openid must be among them')
  if (issuer === undefined) return undefined
  return { issuer, clientId, clientSecret, scopes, roleClaim: settings.CHANCERY_OIDC_ROLE_CLAIM ?? 'groups', roles }
}

const HERE = /^(?:127(?:\.\d{1,3}){3}|\[::1\]|localhost)$/

function readIssuer(text: string, fault: Fault): URL | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && HERE.test(url.hostname))
  if (url !== undefined && isSafe && url.search === '' && url.hash === '' && url.username === '') return url
  fault(
    'CHANCERY_OIDC_ISSUER: write https://host/path as the provider names itself; http only for localhost, 127.0.0.1 and ::1',
  )
  return undefined
}

/** The value may have "=" in it, as the name of a group in a directory has; a role and names of profiles have not. */
const ENTRY = /^(.+)=\s*([a-z]+)\s*(?:@([^=@]*))?$/s

function readRoles(text: string | undefined, fault: Fault): RoleRule[] {
  const entries = (text ?? '').split(/[;\n]/).filter((entry) => entry.trim() !== '')
  if (entries.length === 0) {
    fault('CHANCERY_OIDC_ROLES: missing beside CHANCERY_OIDC_ISSUER; without it nobody would get in')
  }
  return entries.flatMap((entry, index) => {
    const [, value = '', role = '', profiles] = ENTRY.exec(entry.trim()) ?? []
    const names = profiles?.split(/[\s,]+/).filter((name) => name !== '')
    if (isRole(role) && names?.length !== 0) {
      return [{ value: value.trim(), grant: names === undefined ? { role } : { role, scope: scopeOf(names) } }]
    }
    fault(
      `CHANCERY_OIDC_ROLES: entry ${index + 1} must be value=role or value=role@profile,profile with a role of ${ROLE_NAMES.join(', ')}`,
    )
    return []
  })
}

/** `scep:name` and `ra:name`; a name alone is of both. */
function scopeOf(names: readonly string[]): NonNullable<Grant['scope']> {
  const of = (kind: 'scep' | 'ra') =>
    names.flatMap((name) => {
      const [, prefix, rest = ''] = /^(?:(scep|ra):)?(.*)$/.exec(name) ?? []
      return prefix === undefined || prefix === kind ? [rest] : []
    })
  return { scepProfiles: of('scep'), raProfiles: of('ra') }
}
