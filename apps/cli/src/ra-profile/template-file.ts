import { faultsOf, TemplateUpdate } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { readYaml } from '../terminal/yaml-input.ts'

/** A template from a file in YAML or JSON, or from standard input for `-`: the settings as the API names them. */
export async function readTemplate(source: string, terminal: Terminal): Promise<TemplateUpdate> {
  const template = await readYaml(source, terminal)
  const faults = faultsOf(TemplateUpdate, template)
  if (faults.length === 0) return template as TemplateUpdate
  throw new CliFailure('failed', `${source} is not a template:\n${faults.map((fault) => `  ${fault}`).join('\n')}`, {
    nextStep: '"chancery ra-profile show --json" prints one, under "template".',
  })
}
