import { readFile } from 'node:fs/promises'
import { parse, YAMLParseError } from 'yaml'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from './terminal.ts'

/** What a file in YAML says, of which JSON is a part, or standard input for `-`. */
export async function readYaml(source: string, terminal: Terminal): Promise<unknown> {
  const text = source === '-' ? await terminal.readStdin() : await textOf(source)
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    // Only the place: the message quotes the lines around it, in which there may be a secret.
    const at = error.linePos?.[0]
    const where = at === undefined ? '' : `: see line ${at.line}, column ${at.col}`
    throw new CliFailure('failed', `${source} is neither YAML nor JSON${where}.`)
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
