import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** A SCEP client of somebody else that the server must serve. */
export interface ForeignClient {
  readonly name: string
  /** Name on the PATH, or an absolute path. */
  readonly command: string
  /** Debian packages that bring it. */
  readonly packages: readonly string[]
}

export const CLIENTS = {
  // libcharon-extra-plugins has the curl fetcher, libstrongswan-extra-plugins the ciphers that pki needs for CMS.
  strongswan: {
    name: 'strongSwan pki',
    command: 'pki',
    packages: ['strongswan-pki', 'libcharon-extra-plugins', 'libstrongswan-extra-plugins'],
  },
  micromdm: { name: 'micromdm scepclient', command: 'scepclient', packages: ['scep'] },
  certmonger: { name: 'certmonger scep-submit', command: '/usr/lib/certmonger/scep-submit', packages: ['certmonger'] },
  openssl: { name: 'openssl', command: 'openssl', packages: ['openssl'] },
} as const satisfies Record<string, ForeignClient>

/** Where the client is, or undefined when it is not installed. */
export function locate({ command }: ForeignClient): string | undefined {
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
