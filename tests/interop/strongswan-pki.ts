import { mkdtempSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createChallenge } from '../admin.ts'
import { type CommandOutcome, must, run } from '../command.ts'
import type { Installation } from './installation.ts'

/**
 * pkcs7 builds and parses the messages, mgf1 is for RSA-PSS, and openssl after pkcs7 brings 3DES and ECDSA; leaving tpm
 * out silences its warning.
 */
const PLUGINS =
  'pki { load = curl random nonce pem pkcs1 pkcs7 pkcs8 x509 pubkey revocation constraints gmp hmac sha1 sha2 md5 mgf1 aes openssl }\n'

export const STRONGSWAN_NAME = 'strongSwan device'

/** A device of strongSwan's, in a folder of its own. */
export interface StrongswanDevice {
  readonly folder: string
  readonly key: string
  /** PEM; there once an exchange was successful. */
  readonly certificate: string
}

export interface StrongswanOutcome extends CommandOutcome {
  readonly device: StrongswanDevice
}

export type StrongswanPeer = Pick<Installation, 'url' | 'files' | 'folder'> & Partial<Pick<Installation, 'server'>>

/** `pki --scep` against one server. */
export function strongswanPki(pki: string, { server, url, files, folder }: StrongswanPeer) {
  const config = join(folder, 'strongswan.conf')
  writeFileSync(config, PLUGINS)
  const env = { PATH: process.env.PATH ?? '', STRONGSWAN_CONF: config }

  const newChallenge = () => {
    if (server === undefined) throw new Error('name the challenge: there is no server to ask for one')
    return createChallenge(server)
  }

  /** One exchange for a new key, `key-1.pem` and so on in the folder; what was issued is written there too. */
  async function request(path: string, options: readonly string[], into?: string): Promise<StrongswanOutcome> {
    const device = into ?? mkdtempSync(join(folder, 'device-'))
    const number = readdirSync(device).filter((name) => name.startsWith('key-')).length + 1
    const [key, certificate] = [join(device, `key-${number}.pem`), join(device, `cert-${number}.pem`)]
    writeFileSync(key, await must(pki, ['--gen', '--type', 'rsa', '--size', '2048', '--outform', 'pem'], { env }))
    const what = ['--in', key, '--dn', `O=Interop, CN=${STRONGSWAN_NAME}`, '--san', 'device.example']
    const to = ['--cacert-enc', files.recipientDer, '--cacert-sig', files.recipientDer, '--cacert', files.caDer]
    const args = ['--scep', '--url', `${url}${path}`, ...what, ...to, '--outform', 'pem', ...options]
    const outcome = await run(pki, args, { env })
    if (outcome.code === 0) writeFileSync(certificate, outcome.stdout)
    return { ...outcome, device: { folder: device, key, certificate } }
  }

  return {
    getCaCertificates: (path: string, ca: string, ra: string) =>
      run(pki, ['--scepca', '--url', `${url}${path}`, '--caout', ca, '--raout', ra, '--force'], { env }),
    enrol: async (path: string, options: readonly string[] = [], challenge?: string) =>
      request(path, ['--password', challenge ?? (await newChallenge()), ...options]),
    /** With a new key, RenewalReq (17) and no challenge. */
    renew: ({ folder: device, key, certificate }: StrongswanDevice, path: string, options: readonly string[] = []) =>
      request(path, ['--cert', certificate, '--key', key, ...options], device),
  }
}
