import { readFile } from 'node:fs/promises'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from './terminal.ts'

/** A request or certificate as the API takes it: PEM as it is, DER in base64. `-` is standard input. */
export async function encodedInput(source: string, terminal: Terminal): Promise<string> {
  const bytes = source === '-' ? await terminal.readStdinBytes(LONGEST) : await octetsOf(source)
  const text = bytes.toString('latin1')
  return text.includes('-----BEGIN ') ? text : bytes.toString('base64')
}

const LONGEST = 65_536

async function octetsOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
