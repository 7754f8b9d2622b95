import { readFile } from 'node:fs/promises'
import { faultsOf, TemplateUpdate } from '@chancery/api'
import { parse, YAMLParseError } from 'yaml'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** A template from a file in YAML or JSON, or from standard input for `-`: the settings as the API names them. */
export async function readTemplate(source: string, terminal: Terminal): Promise<TemplateUpdate> {
  const text = source === '-' ? await terminal.readStdin() : await textOf(source)
  const template = parsed(text, source)
  const faults = faultsOf(TemplateUpdate, template)
  if (faults.length === 0) return template as TemplateUpdate
  throw new CliFailure('failed', `${source} is not a template:\n${faults.map((fault) => `  ${fault}`).join('\n')}`, {
    nextStep: '"chancery ra-profile show --json" prints one, under "template".',
  })
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}

/** JSON is YAML. */
function parsed(text: string, source: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 })
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw cause
    const at = cause.linePos?.[0]
    const where = at === undefined ? '' : `: see line ${at.line}, column ${at.col}`
    throw new CliFailure('failed', `${source} is neither YAML nor JSON${where}.`, { cause })
  }
}
