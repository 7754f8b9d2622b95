import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A SCEP client of somebody else that the server must serve, or a server that our client must get along with. */
export interface ForeignClient {
  readonly name: string
  /** Name on the PATH, or an absolute path. */
  readonly command: string
  /** Parts of it that its command does not depend on, but the tests do. */
  readonly files?: readonly string[]
  /** Debian packages that bring it. */
  readonly packages: readonly string[]
}

export const CLIENTS = {
  strongswan: {
    name: 'strongSwan pki',
    command: 'pki',
    // The fetcher, and 3DES.
    files: ['/usr/lib/ipsec/plugins/libstrongswan-curl.so', '/usr/lib/ipsec/plugins/libstrongswan-openssl.so'],
    packages: ['strongswan-pki', 'libstrongswan-extra-plugins', 'libstrongswan-standard-plugins'],
  },
  micromdm: { name: 'micromdm scepclient', command: 'scepclient', packages: ['scep'] },
  scepserver: { name: 'micromdm scepserver', command: 'scepserver', packages: ['scep'] },
  certmonger: { name: 'certmonger scep-submit', command: '/usr/lib/certmonger/scep-submit', packages: ['certmonger'] },
  certmongerDaemon: {
    name: 'certmonger',
    command: '/usr/sbin/certmonger',
    // The bus through which it is told what to do.
    files: ['/usr/bin/getcert', '/usr/bin/dbus-daemon'],
    packages: ['certmonger', 'dbus'],
  },
  openssl: { name: 'openssl', command: 'openssl', packages: ['openssl'] },
} as const satisfies Record<string, ForeignClient>

/** Where the client is, or undefined when it is not installed. */
export function locate({ command, files = [] }: ForeignClient): string | undefined {
  if (!files.every(existsSync)) return undefined
  const candidates = command.startsWith('/')
    ? [command]
    : (process.env.PATH ?? '').split(delimiter).map((folder) => join(folder, command))
  return candidates.find(executable)
}

export function missingClients(): ForeignClient[] {
  return Object.values(CLIENTS).filter((client) => locate(client) === undefined)
}

function executable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
