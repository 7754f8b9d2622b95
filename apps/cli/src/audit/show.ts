import { getAuditEvent } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { auditLines } from './lines.ts'

export const showAuditVerb: VerbDefinition<{ readonly server?: string }> = {
  name: 'show',
  summary: 'show one event of the audit log',
  description: 'Shows an event with its place in the chain and what was before and after. Secrets are never in it.',
  argument: { name: 'uuid', description: 'of the event, as "chancery audit list" has it' },
  options: [serverOption()],
  examples: ['chancery audit show 0195f3a2-1b2c-7d3e-8f40-112233445566'],
  next: '"chancery audit list --object NAME" has what else was done to the same.',
  async run({ server, json }, terminal, uuid) {
    const event = await (await connect(server, terminal)).call(getAuditEvent, { params: { uuid } })
    terminal.out(json ? `${JSON.stringify(event, null, 2)}\n` : `${auditLines(event).join('\n')}\n`)
    return EXIT.ok.code
  },
}
