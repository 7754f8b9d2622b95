import { readFileSync, watchFile } from 'node:fs'
import type { Server as HttpServer } from 'node:http'
import { createSecureContext, type SecureContextOptions, type TlsOptions, type Server as TlsServer } from 'node:tls'
import type { Logger } from 'pino'
import type { Config } from '../config.ts'

export interface TlsFiles {
  options(): TlsOptions
  /** New connections get the new certificate once the files have changed. */
  follow(server: HttpServer | TlsServer): void
}

const LOOK_EVERY_MS = 5000

/**
 * TLS from 1.2 (Windows' MDM client has no 1.3). Devices are asked for no client certificate: macOS would present its old one
 * and its renewal fail. People may show any; who they are by it is looked up, not who made it.
 * @param asks for a client certificate
 * @throws when the files hold no certificate and key that belong together
 */
export function tlsFiles({ certificate, key }: NonNullable<Config['tls']>, log: Logger, asks = false): TlsFiles {
  const read = (): SecureContextOptions => {
    const options = { cert: readFileSync(certificate), key: readFileSync(key), minVersion: 'TLSv1.2' as const }
    createSecureContext(options)
    return options
  }
  const first = read()
  return {
    options: () => ({ ...first, ...(asks && { requestCert: true, rejectUnauthorized: false }) }),
    follow(server) {
      const renew = () => {
        try {
          ;(server as TlsServer).setSecureContext(read())
          log.info('TLS certificate read again')
        } catch (error) {
          // Written one after the other: until both are there the old pair goes on.
          log.warn({ err: error }, 'the changed TLS files cannot be used; the former certificate stays')
        }
      }
      for (const path of [certificate, key]) watchFile(path, { interval: LOOK_EVERY_MS, persistent: false }, renew)
    },
  }
}
