import { openNextCa } from '../../client/next-ca.ts'
import { isAuthority } from '../../client/usage.ts'
import { ScepError } from '../../scep-error.ts'
import { broken, either, met, type ProbeFinding } from '../finding.ts'
import type { ProbeCheck } from '../probe-check.ts'
import { names } from './ca-certificates.ts'

export const nextCa: ProbeCheck = {
  name: 'next-ca',
  title: 'GetNextCACert',
  needs: 'recipient',
  async run(server) {
    const answer = await server.get('operation=GetNextCACert')
    const offered = server.capabilities.has('getnextcacert')
    const served = answer.status === 200
    const findings: ProbeFinding[] = [
      either(
        offered === served,
        'S-3.5.2-09',
        served ? 'It is offered and served.' : 'It is neither offered nor served.',
        offered ? `It is offered and answered with HTTP ${answer.status}.` : 'It is served and not offered.',
      ),
    ]
    if (!served) {
      const isRefusal = answer.status >= 400 && answer.status < 500
      findings.push(
        either(
          isRefusal,
          'S-4.7.1-07',
          'Without a next CA it is HTTP 4xx.',
          `Without a next CA it is HTTP ${answer.status}.`,
        ),
      )
      return findings
    }
    try {
      const current = server.certificates.filter(isAuthority)
      const next = openNextCa(answer.body, { current, now: server.options.now() })
      findings.push(met('S-4.7.1-01 S-4.7.1-02', `The current CA vouches for ${names(next.certificates)}.`))
    } catch (error) {
      if (!(error instanceof ScepError)) throw error
      findings.push(
        broken('S-4.7.1-01 S-4.7.1-02', `The next CA cannot be believed: ${error.detail ?? error.message}.`),
      )
    }
    return findings
  },
}
