import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Certificate, decodePem, encodePem, parseCertificate } from '@chancery/pki'
import { CliFailure } from '../cli-failure.ts'
import { isKeyOf, privateKeyFromPem } from './key.ts'
import { writeTogether } from './write-atomically.ts'

export interface OutputFiles {
  readonly key: string
  readonly certificate: string
  readonly ca: string
}

export function outputFiles(folder: string): OutputFiles {
  return { key: join(folder, 'key.pem'), certificate: join(folder, 'cert.pem'), ca: join(folder, 'ca.pem') }
}

/** @throws {CliFailure} when a key is there that this enrolment would replace and nobody said that it may */
export async function prepareFolder(folder: string, force: boolean, resumedKey: string | undefined): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (cause) {
    throw new CliFailure('failed', `${folder} cannot be made: ${(cause as Error).message}`, { cause })
  }
  if (force) return
  for (const path of Object.values(outputFiles(folder))) {
    const there = await stat(path).catch(() => undefined)
    if (there === undefined) continue
    // Broken off between two renames: these files are our own, and the same certificate will be written again.
    if (resumedKey !== undefined && (await isOwnKey(folder, resumedKey))) return
    throw new CliFailure('failed', `${path} is there already.`, {
      nextStep: 'Choose another folder with --out, or replace what is there with --force.',
    })
  }
}

async function isOwnKey(folder: string, privateKey: string): Promise<boolean> {
  return (await readIfThere(outputFiles(folder).key)) === privateKey
}

interface Result {
  readonly privateKey: string
  readonly certificate: Certificate
  readonly authorities: readonly Certificate[]
}

/**
 * The same where a key and its certificate are there already: they stay as key.pem.old and cert.pem.old, whole before the
 * first file is replaced. May be repeated when it broke off.
 */
export async function replaceResult(folder: string, result: Result): Promise<OutputFiles> {
  const { key, certificate } = outputFiles(folder)
  const [oldKey, oldCertificate] = await Promise.all([key, certificate].map(readIfThere))
  if (oldKey !== undefined && oldCertificate !== undefined && isPair(oldKey, oldCertificate, result.certificate)) {
    await writeTogether([
      { path: `${key}.old`, content: oldKey, mode: 0o600 },
      { path: `${certificate}.old`, content: oldCertificate, mode: 0o644 },
    ])
  }
  return writeResult(folder, result)
}

/** Not so once the first file has been replaced, nor once all have. */
function isPair(key: string, certificate: string, successor: Certificate): boolean {
  try {
    const [der] = decodePem(certificate, 'CERTIFICATE') as [Buffer]
    return !successor.der.equals(der) && isKeyOf(privateKeyFromPem(key), parseCertificate(der))
  } catch {
    return false // files of something else, which somebody allowed to be replaced
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}

/** Key, certificate and CA certificates, all or none (S-7-15). */
export async function writeResult(folder: string, result: Result): Promise<OutputFiles> {
  const files = outputFiles(folder)
  const pem = ({ der }: Certificate): string => `${encodePem('CERTIFICATE', der).trimEnd()}\n`
  await writeTogether([
    { path: files.key, content: result.privateKey, mode: 0o600 },
    { path: files.ca, content: result.authorities.map(pem).join(''), mode: 0o644 },
    { path: files.certificate, content: pem(result.certificate), mode: 0o644 },
  ])
  return files
}
