import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { resolveReferences, type SetupDocument, secretReader } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { readYaml } from '../terminal/yaml-input.ts'

/**
 * A set-up document from a YAML file, or from standard input for `-`, with the secrets that it refers to looked up here.
 * What is in it the server judges.
 */
export async function readDocument(source: string, terminal: Terminal): Promise<SetupDocument> {
  const folder = source === '-' ? '.' : dirname(source)
  const readText = (path: string) => readFileSync(resolve(folder, path), 'utf8')
  const { document, faults } = resolveReferences(await readYaml(source, terminal), secretReader(terminal.env, readText))
  if (faults.length > 0) {
    throw new CliFailure('failed', `${source} refers to secrets that are not there:\n${indented(faults)}`, {
      nextStep: 'A secret is written as {env: NAME} or {file: PATH}; a path counts from the folder of the file.',
    })
  }
  return document as SetupDocument
}

function indented(lines: readonly string[]): string {
  return lines.map((line) => `  ${line}`).join('\n')
}
