import { Secret } from '../../secret.ts'
import { describe } from '../answer.ts'
import { broken, met, type ProbeFinding } from '../finding.ts'
import { request } from '../issued.ts'
import type { ProbeCheck } from '../probe-check.ts'
import type { Ask, Server } from '../server.ts'

/** Ways in without the right to enrol. None of them may end with a certificate. */
interface Way {
  readonly what: string
  readonly clauses: string
  ask(server: Server): Promise<Ask>
}

const WAYS: readonly Way[] = [
  {
    what: 'A request without a challenge',
    clauses: 'S-2.4-04 S-2.4-01',
    ask: async (server) => ({ messageType: '19', content: await request(await server.identity(), undefined) }),
  },
  {
    what: 'A request with an empty challenge',
    clauses: 'D-3.2.1-01',
    ask: async (server) => ({ messageType: '19', content: await request(await server.identity(), new Secret('')) }),
  },
  {
    what: 'A request with a wrong challenge',
    clauses: 'S-2.4-03',
    ask: async (server) => ({
      messageType: '19',
      content: await request(await server.identity(), new Secret('wrong')),
    }),
  },
  {
    what: 'A RenewalReq that nothing but its own signer vouches for',
    clauses: 'S-2.3-11',
    ask: async (server) => ({ messageType: '17', content: await request(await server.identity(), undefined) }),
  },
  {
    what: 'An UpdateReq (18), which skipped the challenge in CVE-2026-30836,',
    clauses: 'S-3.2.1.2-01 D-18-01',
    ask: async (server) => ({ messageType: '18', content: await request(await server.identity(), undefined) }),
  },
]

export const closedDoor: ProbeCheck = {
  name: 'closed-door',
  title: 'Requests without the right to enrol',
  needs: 'challenge',
  async run(server) {
    const findings: ProbeFinding[] = []
    for (const { what, clauses, ask } of WAYS) {
      const { answer, reply } = await server.ask(await ask(server))
      const seen = describe(answer, reply)
      if (reply?.pkiStatus === 'SUCCESS') findings.push(broken(clauses, `${what} gets a certificate.`))
      else if (answer.status >= 500)
        findings.push(broken(clauses, `${what} is answered with ${seen}, as a fault of the server.`))
      else findings.push(met(clauses, `${what} gets no certificate (${seen}).`))
    }
    return findings
  },
}
