import type { KeyObject } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type Certificate, decodePem, parseCertificate } from '@chancery/pki'
import { CliFailure } from '../cli-failure.ts'
import { canSign, isKeyOf, privateKeyFromPem } from './key.ts'
import { outputFiles } from './output-folder.ts'

/** Where a certificate and what belongs to it are kept. */
export interface HeldFiles {
  readonly folder: string
  readonly certificate: string
  readonly key: string
  readonly ca: string
}

/** @throws {CliFailure} when it is not clear which certificate is meant */
export function heldFiles(given: { in?: string; cert?: string; key?: string }): HeldFiles {
  if (given.in !== undefined) {
    const folder = resolve(given.in)
    return { folder, ...outputFiles(folder) }
  }
  if (given.cert === undefined || given.key === undefined) {
    throw new CliFailure('failed', 'Nothing says which certificate is meant.', {
      nextStep: 'Give --in FOLDER, a folder that "scep enrol" wrote, or --cert FILE and --key FILE.',
    })
  }
  const folder = dirname(resolve(given.cert))
  return { folder, certificate: resolve(given.cert), key: resolve(given.key), ca: join(folder, 'ca.pem') }
}

/** @throws {CliFailure} */
export async function readCertificates(path: string): Promise<Certificate[]> {
  const text = await readText(path)
  const found = readable(path, () => decodePem(text, 'CERTIFICATE').map((der) => parseCertificate(der)))
  if (found.length === 0) throw new CliFailure('failed', `${path} has no certificate in PEM.`)
  return found
}

/** The private key of a certificate. @throws {CliFailure} when it is another's, or cannot be used for SCEP */
export async function readKeyOf(
  certificate: Certificate,
  { key: path, certificate: of }: HeldFiles,
): Promise<KeyObject> {
  const text = await readText(path)
  const key = readable(path, () => privateKeyFromPem(text))
  if (!canSign(key)) throw new CliFailure('failed', `The key in ${path} is of a type that this client cannot use.`)
  if (isKeyOf(key, certificate)) return key
  throw new CliFailure('failed', `${path} is not the key of the certificate in ${of}.`)
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function readable<T>(path: string, read: () => T): T {
  try {
    return read()
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
