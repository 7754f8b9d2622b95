import { readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { resolveReferences, type SetupDocument, secretReader } from '@chancery/api'
import { parse, YAMLParseError } from 'yaml'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'

/**
 * A set-up document from a YAML file, or from standard input for `-`, with the secrets that it refers to looked up here.
 * What is in it the server judges.
 */
export async function readDocument(source: string, terminal: Terminal): Promise<SetupDocument> {
  const text = source === '-' ? await terminal.readStdin() : await textOf(source)
  const folder = source === '-' ? '.' : dirname(source)
  const readText = (path: string) => readFileSync(resolve(folder, path), 'utf8')
  const { document, faults } = resolveReferences(parsed(text, source), secretReader(terminal.env, readText))
  if (faults.length > 0) {
    throw new CliFailure('failed', `${source} refers to secrets that are not there:\n${indented(faults)}`, {
      nextStep: 'A secret is written as {env: NAME} or {file: PATH}; a path counts from the folder of the file.',
    })
  }
  return document as SetupDocument
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

function parsed(text: string, source: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error
    // Only the place: the message quotes the lines around it.
    const at = error.linePos?.[0]
    throw new CliFailure(
      'failed',
      `${source} is not YAML${at === undefined ? '' : `: see line ${at.line}, column ${at.col}`}.`,
    )
  }
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n')
}
