import { describe, seenReply } from '../answer.ts'
import { broken, either, met, note, type ProbeFinding } from '../finding.ts'
import { delivered, forKey, request } from '../issued.ts'
import type { ProbeCheck } from '../probe-check.ts'
import type { Server } from '../server.ts'

/** What a server answers once it has issued: to a device that lost its reply, and to others. */
export const afterwards: ProbeCheck = {
  name: 'afterwards',
  title: 'After the certificate was issued',
  needs: 'challenge',
  async run(server) {
    const { issued } = server
    if (issued === undefined) return []
    return [
      await repeated(server, issued),
      await polled(server, issued),
      await stolen(server, issued),
      ...(await challengeAgain(server)),
    ]
  },
}

type Issued = NonNullable<Server['issued']>

/** The very same bytes: a retransmission. */
async function repeated(server: Server, { request: first, certificate, ...identity }: Issued): Promise<ProbeFinding> {
  const answer = await server.pkiOperation(first.message)
  const again = { ...first, answer, reply: seenReply(answer, server.certificates) }
  const clauses = 'S-3.2.1.5-07 S-5.2-02'
  const seen = describe(answer, again.reply)
  if (again.reply?.pkiStatus !== 'SUCCESS') return note(clauses, `The same message again is answered with ${seen}.`)
  const second = await delivered(again, identity).then(
    (found) => forKey(found, identity),
    () => undefined,
  )
  return second?.der.equals(certificate.der)
    ? met(clauses, 'The same message again gets the same certificate.')
    : broken(clauses, 'The same message again gets another certificate: whoever replays a message makes the CA issue.')
}

async function polled(server: Server, { request: first, certificate, ...identity }: Issued): Promise<ProbeFinding> {
  const { transactionId } = first
  const asked = await server.ask({ transactionId, signer: { ...identity, certificate: identity.selfSigned } })
  const seen = describe(asked.answer, asked.reply)
  if (asked.reply?.pkiStatus !== 'SUCCESS') {
    return note('S-5.2-08', `A poll after the certificate was issued is answered with ${seen}.`)
  }
  const found = await delivered(asked, identity).then(
    (one) => forKey(one, identity),
    () => undefined,
  )
  return either(
    found?.der.equals(certificate.der) === true,
    'S-5.2-08',
    'A poll after the certificate was issued gets it again.',
    'A poll after the certificate was issued gets another one.',
  )
}

async function stolen(server: Server, { request: first }: Issued): Promise<ProbeFinding> {
  const { answer, reply } = await server.ask({ transactionId: first.transactionId })
  const seen = describe(answer, reply)
  return reply?.pkiStatus === 'SUCCESS' || reply?.pkiStatus === 'PENDING'
    ? broken('S-5.2-09', `A poll by another key for the same transaction is answered with ${seen}.`)
    : met('S-5.2-09', `A poll by another key for the same transaction gets nothing (${seen}).`)
}

/** Only where it is said to be good for one certificate. */
async function challengeAgain(server: Server): Promise<ProbeFinding[]> {
  const { challenge, oneTime } = server.options
  if (!oneTime) return []
  const identity = await server.newIdentity()
  const content = await request(identity, challenge)
  const { answer, reply } = await server.ask({ messageType: '19', content, signer: identity })
  const seen = describe(answer, reply)
  return [
    reply?.pkiStatus === 'SUCCESS'
      ? broken('S-2.4-05', 'The one-time challenge gets a second certificate.')
      : met('S-2.4-05', `The one-time challenge gets no second certificate (${seen}).`),
  ]
}
