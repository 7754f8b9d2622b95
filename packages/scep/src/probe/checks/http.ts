import { scepUrl } from '../../client/scep-url.ts'
import type { Answer } from '../answer.ts'
import { broken, either, met, type ProbeFinding } from '../finding.ts'
import type { ProbeCheck } from '../probe-check.ts'
import type { Server } from '../server.ts'

/** A request that makes no sense: a client's fault is HTTP 4xx, and never takes the server down. */
interface Nonsense {
  readonly clauses: string
  readonly what: string
  ask(server: Server): Promise<Answer>
}

const NONSENSE: readonly Nonsense[] = [
  { clauses: 'S-4.1-12', what: 'an unknown operation', ask: (server) => server.get('operation=Foo') },
  { clauses: 'S-4.1-12', what: 'no operation', ask: (server) => server.get('') },
  {
    clauses: 'S-4.1-08',
    what: 'a message that is no base64, by GET',
    ask: (server) => server.get('operation=PKIOperation&message=%40%40%40%40'),
  },
  { clauses: 'S-4.1-08', what: 'no message, by GET', ask: (server) => server.get('operation=PKIOperation') },
  { clauses: 'S-4.1-16', what: 'a zero octet, by POST', ask: (server) => server.pkiOperation(Buffer.alloc(1)) },
  { clauses: 'S-4.1-16', what: 'an empty body, by POST', ask: (server) => server.pkiOperation(Buffer.alloc(0)) },
]

export const nonsense: ProbeCheck = {
  name: 'nonsense',
  title: 'Requests that make no sense',
  needs: 'nothing',
  async run(server) {
    const findings: ProbeFinding[] = []
    for (const { clauses, what, ask } of NONSENSE) {
      const answer = await ask(server)
      const sentence = `${what} is answered with ${answer.status === 0 ? 'nothing at all' : `HTTP ${answer.status}`}`
      const isTheirs = answer.status >= 400 && answer.status < 500
      findings.push(isTheirs ? met(clauses, `${sentence}.`) : broken(clauses, `${sentence}; it should be HTTP 4xx.`))
    }
    return findings
  },
}

export const methods: ProbeCheck = {
  name: 'methods',
  title: 'HTTP methods and parameters',
  needs: 'nothing',
  async run(server) {
    const put = await server.send(scepUrl(server.options.url, 'GetCACaps'), { method: 'PUT', body: 'x' })
    const plain = await server.get('operation=GetCACaps')
    const extra = await server.get('x=1&operation=GetCACaps&y')
    const findings = [
      either(
        put.status === 405,
        'S-4.1-15',
        'PUT is HTTP 405.',
        `PUT is answered with HTTP ${put.status}, not with 405.`,
      ),
      either(
        extra.status === plain.status && extra.body.equals(plain.body),
        'S-4.1-14',
        'Parameters that it does not know are ignored.',
        'Parameters that it does not know change the answer.',
      ),
    ]
    for (const message of ['', '0', 'CAIdentifier', 'Device%20CA']) {
      const answer = await server.get(`operation=GetCACaps&message=${message}`)
      if (answer.status === plain.status && answer.body.equals(plain.body)) continue
      findings.push(
        broken(
          'S-3.5.1-01',
          `GetCACaps with message=${message} is answered with HTTP ${answer.status}; clients send it.`,
        ),
      )
    }
    return findings.some(({ clauses }) => clauses.includes('S-3.5.1-01'))
      ? findings
      : [...findings, met('S-3.5.1-01', 'GetCACaps ignores the message= that clients send along.')]
  },
}
