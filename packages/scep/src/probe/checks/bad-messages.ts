import { der } from '@chancery/pki'
import type { FailInfo } from '../../fail-info.ts'
import { describe } from '../answer.ts'
import { broken, met, note, type ProbeFinding, unknown } from '../finding.ts'
import type { ProbeCheck } from '../probe-check.ts'
import type { Ask, Server } from '../server.ts'

/** A message that is wrong in one way; the server has to say which, and to stay up. */
interface Wrong {
  readonly what: string
  readonly clauses: string
  ask(server: Server): Promise<Ask>
  readonly expected: readonly FailInfo[]
}

const WRONG: readonly Wrong[] = [
  {
    what: 'A signature that is wrong',
    clauses: 'S-3.2.1.4-12',
    ask: async () => ({ forged: true }),
    expected: ['badMessageCheck'],
  },
  {
    what: 'A messageType that does not exist (23)',
    clauses: 'S-3.2.1.2-01',
    ask: async () => ({ messageType: '23' }),
    expected: ['badRequest'],
  },
  {
    what: 'A message without an envelope',
    clauses: 'S-3.1-08',
    ask: async () => ({ eContent: null }),
    expected: ['badRequest'],
  },
  {
    what: 'A question that is encrypted to somebody else',
    clauses: 'S-3.1-05',
    ask: async (server) => ({ messageType: '21', recipient: (await server.identity()).certificate }),
    expected: ['badRequest', 'badMessageCheck'],
  },
  {
    what: 'A question for a certificate that holds none',
    clauses: 'S-3.2.1.2-03',
    ask: async () => ({ messageType: '21', content: der.sequence() }),
    expected: ['badRequest'],
  },
]

export const badMessages: ProbeCheck = {
  name: 'bad-messages',
  title: 'Messages that are wrong',
  needs: 'recipient',
  async run(server) {
    const findings: ProbeFinding[] = []
    for (const wrong of WRONG) findings.push(await judge(wrong, server))
    return [...findings, ...(await echoes(server))]
  },
}

async function judge({ what, clauses, ask, expected }: Wrong, server: Server): Promise<ProbeFinding> {
  const { answer, reply } = await server.ask(await ask(server))
  const seen = describe(answer, reply)
  if (answer.status >= 500 || answer.status === 0) {
    return broken(clauses, `${what} is answered with ${seen}, as if it were the server's own fault.`)
  }
  if (reply?.pkiStatus === 'SUCCESS' || reply?.pkiStatus === 'PENDING') {
    return broken(clauses, `${what} is answered with ${seen}.`)
  }
  if (reply === undefined) return note(clauses, `${what} is answered with ${seen}, and not in terms of SCEP.`)
  if (reply.failInfo !== undefined && expected.includes(reply.failInfo)) return met(clauses, `${what}: ${seen}.`)
  return note(clauses, `${what}: ${seen}; ${expected.join(' or ')} fits better.`)
}

/** Clients choose any form for the transactionID, and recognise their reply by it. */
const ODD_IDS = ['7XXEY-ERLPU-2JDR9', 'a+b/c=', 'SSCEP transactionId', 'x'.repeat(200)]

async function echoes(server: Server): Promise<ProbeFinding[]> {
  const carrier = await server.harmless()
  if (carrier === undefined) return [unknown('S-3.2.1.1-03', 'It answers no polls, so no transactionID comes back.')]
  const lost: string[] = []
  for (const transactionId of ODD_IDS) {
    const { reply } = await server.ask({ ...carrier, transactionId })
    if (reply?.transactionId !== transactionId) lost.push(transactionId.slice(0, 30))
  }
  return [
    lost.length === 0
      ? met('S-3.2.1.1-03', 'transactionIDs of any form are taken and repeated.')
      : broken('S-3.2.1.1-03', `Not repeated are the transactionIDs ${lost.join(', ')}.`),
  ]
}
