import { type Client, type DecisionDetails, getDecision, listDecisions } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { decisionLines } from './lines.ts'

interface ShowOptions {
  readonly server?: string
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const showDecisionVerb: VerbDefinition<ShowOptions> = {
  name: 'show',
  summary: 'tell why a device was refused, or what it was given',
  description:
    'Tells what was decided about one request, and why: a sentence, the page with the next step, and every check in the order in which it was asked.',
  argument: {
    name: 'id',
    description: 'the id that the device shows or the log has (twelve hexadecimal digits), or the UUID of the record',
  },
  options: [serverOption()],
  examples: ['chancery decision show 4f1c2a9b7d3e', 'chancery decision show 4f1c2a9b7d3e --json'],
  next: 'the page that it names tells the next step.',
  async run({ server, json }, terminal, which) {
    const decision = await find(await connect(server, terminal), which)
    terminal.out(json ? `${JSON.stringify(decision, null, 2)}\n` : `${decisionLines(decision).join('\n')}\n`)
    return EXIT.ok.code
  },
}

/** A person reads the id off a display, with or without the brackets round it. */
async function find(client: Client, which: string): Promise<DecisionDetails> {
  if (UUID.test(which)) return client.call(getDecision, { params: { uuid: which } })
  const correlationId = which.replace(/^\[|\]$/g, '').toLowerCase()
  const { decisions } = await client.call(listDecisions, { query: { correlationId, itemsPerPage: '1' } })
  const [found] = decisions
  if (found !== undefined) return client.call(getDecision, { params: { uuid: found.uuid } })
  throw new CliFailure('failed', `There is no record of a decision with the id "${which}".`, {
    nextStep:
      'Records are written a moment after the answer, and old ones are forgotten: see "chancery decision list".',
  })
}
