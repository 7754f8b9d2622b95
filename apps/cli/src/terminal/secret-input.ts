import { readFile } from 'node:fs/promises'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from './terminal.ts'

/** A secret from a file, or from standard input for `-`: one line, so that it appears in no list of processes (S-2.4-11). */
export async function readSecret(source: string, terminal: Terminal): Promise<string> {
  const secret = await readSecretText(source, terminal)
  if (/[\r\n]/.test(secret)) throw new CliFailure('failed', `The secret in ${nameOf(source)} has more than one line.`)
  return secret
}

/** One that may have more lines, such as a private key in PEM. */
export async function readSecretText(source: string, terminal: Terminal): Promise<string> {
  const text = source === '-' ? await terminal.readStdin() : await readSecretFile(source)
  const secret = text.replace(/\r?\n$/, '')
  if (secret === '') throw new CliFailure('failed', `There is nothing in ${nameOf(source)}.`)
  return secret
}

function nameOf(source: string): string {
  return source === '-' ? 'standard input' : source
}

async function readSecretFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
