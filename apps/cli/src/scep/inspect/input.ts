import { open, readFile } from 'node:fs/promises'
import { type Certificate, decodePem, parseCertificate, softwareDecryptionKey } from '@chancery/pki'
import { type InspectOptions, MOST_INSPECTED, Secret } from '@chancery/scep'
import { CliFailure } from '../../cli-failure.ts'
import { readSecret } from '../../terminal/secret-input.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import { privateKeyFromPem } from '../key.ts'
import type { InspectVerbOptions } from './options.ts'

/** The file, or standard input; no more of it than could be looked at. */
export async function readInspected(path: string, terminal: Terminal): Promise<Buffer> {
  const bytes = path === '-' ? await terminal.readStdinBytes(MOST_INSPECTED) : await readBounded(path)
  if (bytes.length > MOST_INSPECTED) {
    throw new CliFailure('notScep', `${nameOf(path)} has more than ${MOST_INSPECTED} octets: no message of SCEP has.`)
  }
  if (bytes.length === 0) throw new CliFailure('notScep', `There is nothing in ${nameOf(path)}.`)
  return bytes
}

export async function readInspectOptions(options: InspectVerbOptions, terminal: Terminal): Promise<InspectOptions> {
  const { key, ca, challengeFile, profile, showSecrets } = options
  return {
    now: terminal.now(),
    ...(key !== undefined && { key: await readKey(key) }),
    ...(ca !== undefined && { authorities: await readAuthorities(ca) }),
    ...(challengeFile !== undefined && { password: new Secret(await readSecret(challengeFile, terminal)) }),
    ...(profile !== undefined && { profiles: profile }),
    showSecrets: showSecrets === true,
  }
}

function nameOf(path: string): string {
  return path === '-' ? 'standard input' : path
}

/** A device or a pipe has no end to be asked for beforehand, so reading stops at the limit. */
async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const chunks: Buffer[] = []
    let length = 0
    while (length <= MOST_INSPECTED) {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(1 << 16))
      if (bytesRead === 0) break
      chunks.push(buffer.subarray(0, bytesRead))
      length += bytesRead
    }
    return Buffer.concat(chunks)
  } finally {
    await file.close()
  }
}

async function readKey(path: string) {
  return readable(path, async () => softwareDecryptionKey(privateKeyFromPem(await readFile(path, 'utf8'))))
}

async function readAuthorities(path: string): Promise<Certificate[]> {
  return readable(path, async () => {
    const bytes = await readFile(path)
    const ders = bytes[0] === 0x30 ? [bytes] : decodePem(bytes.toString('latin1'), 'CERTIFICATE')
    return ders.map((der) => parseCertificate(der))
  })
}

async function readable<T>(path: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be used: ${(cause as Error).message}`, { cause })
  }
}
