import { isIP } from 'node:net'
import { Secret } from '@chancery/scep'

/** How mails leave. */
export interface SmtpConfig {
  readonly host: string
  readonly port: number
  /** TLS from the first octet. */
  readonly secure: boolean
  /** Otherwise: STARTTLS or nothing. */
  readonly requireTls: boolean
  readonly user: string | undefined
  readonly password: Secret | undefined
  readonly from: string
}

const ADDRESS = /^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/
const LONGEST_ADDRESS = 254

/** Undefined: no mails are sent. */
export function readSmtp(
  { url: text, from }: { readonly url: string | undefined; readonly from: string | undefined },
  fault: (text: string) => void,
): SmtpConfig | undefined {
  if (text === undefined) {
    if (from !== undefined) fault('CHANCERY_SMTP_URL: missing beside CHANCERY_SMTP_FROM')
    return undefined
  }
  const isAddress = from !== undefined && from.length <= LONGEST_ADDRESS && ADDRESS.test(from)
  if (!isAddress) fault('CHANCERY_SMTP_FROM: write the address that mails come from, such as chancery@example.org')
  const url = URL.canParse(text) ? new URL(text) : undefined
  const tls = url?.searchParams.get('tls') ?? null
  const known = url === undefined ? [] : [...url.searchParams.keys()].filter((key) => key !== 'tls')
  const isUsable =
    url !== undefined &&
    ['smtp:', 'smtps:'].includes(url.protocol) &&
    url.hostname !== '' &&
    ['', '/'].includes(url.pathname) &&
    url.hash === '' &&
    known.length === 0 &&
    (tls === null || tls === 'off')
  const login = url === undefined ? undefined : loginOf(url)
  if (!isUsable || login === undefined) {
    fault(
      'CHANCERY_SMTP_URL: write smtp://user:password@host:587 or smtps://host, and ?tls=off only where no TLS is meant',
    )
    return undefined
  }
  const secure = url.protocol === 'smtps:'
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1')
  return {
    host,
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    requireTls: !secure && tls !== 'off' && !isLoopback(host),
    ...login,
    from: from ?? '',
  }
}

function loginOf({ username, password }: URL): Pick<SmtpConfig, 'user' | 'password'> | undefined {
  try {
    if (username === '') return { user: undefined, password: undefined }
    return { user: decodeURIComponent(username), password: new Secret(decodeURIComponent(password)) }
  } catch {
    return undefined
  }
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
}
