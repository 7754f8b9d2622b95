import { planSetup } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { planLines } from './plan-lines.ts'
import { readDocument } from './read-document.ts'

interface DiffOptions {
  readonly server?: string
  readonly prune?: true
}

export const diffConfigVerb: VerbDefinition<DiffOptions> = {
  name: 'diff',
  summary: 'say what applying a set-up file would change',
  description:
    'Compares a set-up file with a server and says what "config apply" would make, change and delete. It writes nothing.',
  argument: { name: 'file', description: 'the YAML file, or - for standard input' },
  options: [new Option('--prune', 'as if what is not in the file were deleted'), serverOption()],
  examples: ['chancery config diff chancery.yaml', 'chancery config diff chancery.yaml --prune'],
  next: '"chancery config apply FILE" makes it so.',
  epilogue: `Exit code ${EXIT.differs.code}: the server is not as the file says.`,
  async run({ server, prune, json }, terminal, file) {
    const client = await connect(server, terminal)
    const document = await readDocument(file, terminal)
    const plan = await client.call(planSetup, { body: { document, ...(prune && { prune }) } })
    terminal.out(json ? `${JSON.stringify(plan, null, 2)}\n` : `${planLines(plan).join('\n')}\n`)
    return plan.steps.length === 0 ? EXIT.ok.code : EXIT.differs.code
  },
}
