import { retryNotice } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'

export const retryNoticeVerb: VerbDefinition<{ readonly server?: string }> = {
  name: 'retry',
  summary: 'send a dead notice again',
  description: 'Sends a notice again that was given up, from the first attempt on, under the same idempotency key.',
  argument: { name: 'uuid', description: 'the notice, as "chancery notice list --state dead" has it' },
  options: [serverOption()],
  examples: ['chancery notice retry 019a0000-0000-7000-8000-000000000001'],
  next: '"chancery notice list" says what came of it.',
  async run({ server, json }, terminal, uuid) {
    const client = await connect(server, terminal)
    const notice = await client.call(retryNotice, { params: { uuid } })
    terminal.out(json ? `${JSON.stringify(notice, null, 2)}\n` : `${notice.uuid} is sent again\n`)
    return EXIT.ok.code
  },
}
