import { getTransaction } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { transactionLines } from './lines.ts'

interface ShowOptions {
  readonly server?: string
}

export const showTransactionVerb: VerbDefinition<ShowOptions> = {
  name: 'show',
  summary: 'show a SCEP transaction, and what was decided about its messages',
  description: 'Shows where an enrolment stands, the certificate that came of it, and each message that was about it.',
  argument: { name: 'transaction', description: 'its UUID' },
  options: [serverOption()],
  examples: ['chancery transaction show 019a0000-0000-7000-8000-000000000001'],
  next: '"chancery decision show UUID" tells all about one of its messages.',
  async run({ server, json }, terminal, uuid) {
    const transaction = await (await connect(server, terminal)).call(getTransaction, { params: { uuid } })
    terminal.out(json ? `${JSON.stringify(transaction, null, 2)}\n` : `${transactionLines(transaction).join('\n')}\n`)
    return EXIT.ok.code
  },
}
