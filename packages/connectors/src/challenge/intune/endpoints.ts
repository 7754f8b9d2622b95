import type { IntuneCloud, IntuneEndpoints, IntuneRule } from '@chancery/ra'
import { IntuneError } from './intune-error.ts'

/**
 * Where Microsoft's clouds are. Null: not known. The resource is a name and not only an address: its closing slash counts,
 * because the token is made out to it as it is written.
 */
const CLOUDS: Readonly<Record<Exclude<IntuneCloud, 'custom'>, Nullable<IntuneEndpoints>>> = {
  public: {
    authorityUrl: 'https://login.microsoftonline.com/',
    graphUrl: 'https://graph.microsoft.com/',
    resourceUrl: 'https://api.manage.microsoft.com/',
  },
  'us-government': {
    authorityUrl: 'https://login.microsoftonline.us/',
    graphUrl: 'https://graph.microsoft.us/',
    resourceUrl: 'https://api.manage.microsoft.us/',
  },
  'us-government-dod': {
    authorityUrl: 'https://login.microsoftonline.us/',
    graphUrl: 'https://dod-graph.microsoft.us/',
    resourceUrl: 'https://api.manage.microsoft.us/',
  },
  china: {
    authorityUrl: 'https://login.partner.microsoftonline.cn/',
    graphUrl: 'https://microsoftgraph.chinacloudapi.cn/',
    // Nobody says it publicly: it is configured, in the profile or by CHANCERY_INTUNE_RESOURCE_URL.
    resourceUrl: null,
  },
}

type Nullable<T> = { readonly [K in keyof T]: T[K] | null }

const NAMES = {
  authorityUrl: 'authority (sign-in)',
  graphUrl: 'Graph',
  resourceUrl: 'Intune resource',
} as const satisfies Readonly<Record<keyof IntuneEndpoints, string>>

/**
 * The overrides first, then what the profile says, then what is known of its cloud.
 * @throws {IntuneError} one is missing, or may not be spoken to
 */
export function resolveEndpoints(
  { cloud, endpoints }: Pick<IntuneRule, 'cloud' | 'endpoints'>,
  overrides: Partial<IntuneEndpoints> = {},
): IntuneEndpoints {
  const known = cloud === 'custom' ? undefined : CLOUDS[cloud]
  const url = (name: keyof IntuneEndpoints) =>
    usableUrl(overrides[name] ?? endpoints?.[name] ?? known?.[name], NAMES[name], cloud)
  return {
    authorityUrl: withSlash(url('authorityUrl')),
    graphUrl: withSlash(url('graphUrl')),
    resourceUrl: url('resourceUrl'),
  }
}

function usableUrl(text: string | null | undefined, name: string, cloud: IntuneCloud): string {
  if (text === null || text === undefined || text === '') {
    throw settings(`The ${name} URL of the cloud "${cloud}" is not known: configure it in the profile.`)
  }
  const url = URL.canParse(text) ? new URL(text) : undefined
  const isPlain = url?.username === '' && url.password === '' && url.search === '' && url.hash === ''
  if (url === undefined || !isPlain) throw settings(`The ${name} URL is no URL that can be used: ${shown(text)}.`)
  if (!isConfidential(url))
    throw settings(`The ${name} URL must be https: ${shown(text)}. Plain http goes only to this machine.`)
  return text
}

/** A token may be sent there: over TLS, or without leaving the machine. */
export function isConfidential({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && isLoopback(hostname))
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

export function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`
}

function settings(sentence: string): IntuneError {
  return new IntuneError('ERR_INTUNE_SETTINGS', sentence)
}

/** Without a user name and password, which somebody may have put there. */
function shown(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//').slice(0, 200)
}
