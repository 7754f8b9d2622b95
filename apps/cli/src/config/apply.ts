import { applySetup, planSetup, type SetupPlan } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { planLines } from './plan-lines.ts'
import { readDocument } from './read-document.ts'

interface ApplyOptions {
  readonly server?: string
  readonly prune?: true
  readonly yes?: true
}

export const applyConfigVerb: VerbDefinition<ApplyOptions> = {
  name: 'apply',
  summary: 'make a server what a set-up file says',
  description:
    'Prints what is going to change and then changes it, all of it in one commit or nothing. What the file does not name stays, unless --prune is given. Applied twice, it changes nothing the second time.',
  argument: { name: 'file', description: 'the YAML file, or - for standard input' },
  options: [
    new Option('--prune', 'delete authorities and profiles that are not in the file; what they are is shown first'),
    new Option('--yes', 'also where something is deleted, or clients that are running would notice'),
    serverOption(),
  ],
  examples: [
    'chancery config apply chancery.yaml',
    'PRINTER_CHALLENGE=… chancery config apply chancery.yaml --prune --yes',
  ],
  next: '"chancery profile show" has the addresses that devices use.',
  async run({ server, prune, yes, json }, terminal, file) {
    const client = await connect(server, terminal)
    const document = await readDocument(file, terminal)
    const wish = { document, ...(prune && { prune }) }
    const plan = await client.call(planSetup, { body: wish })
    terminal.err(`${planLines(plan).join('\n')}\n`)
    if (!yes && isGrave(plan)) {
      throw new CliFailure(
        'failed',
        'Nothing was changed: this deletes something, or clients that are running would notice.',
        {
          nextStep: 'Look at the plan, and say it again with --yes.',
        },
      )
    }
    const applied =
      plan.steps.length === 0 ? plan : await client.call(applySetup, { body: { ...wish, version: plan.version } })
    if (json) terminal.out(`${JSON.stringify(applied, null, 2)}\n`)
    else if (applied.steps.length > 0) terminal.err('Done.\n')
    return EXIT.ok.code
  },
}

function isGrave({ steps, consequences }: SetupPlan): boolean {
  return consequences.length > 0 || steps.some(({ action }) => action === 'delete')
}
