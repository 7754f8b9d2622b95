import type { ContentEncryptionName, KeyTransport } from '@chancery/pki'
import { hasCapability } from '../../client/capabilities.ts'
import { describe } from '../answer.ts'
import { broken, met, note, type ProbeFinding, unknown, weak } from '../finding.ts'
import type { ProbeCheck } from '../probe-check.ts'
import { RAW_DIGESTS, type RawDigest } from '../raw-message.ts'
import type { Ask, Asked, Server } from '../server.ts'

interface Row {
  readonly what: string
  readonly ask: Ask
  /** Keyword of GetCACaps that promises it. */
  readonly keyword?: string
  /** Nobody should take it any more. */
  readonly forbidden?: string
  /** What is said of a server that takes it. */
  readonly old?: true
}

const cipher = (what: string, name: ContentEncryptionName, more: Partial<Row> = {}): Row => ({
  what,
  ask: { cipher: name },
  ...more,
})
const digest = (what: string, name: RawDigest, more: Partial<Row> = {}): Row => ({
  what,
  ask: { digest: name },
  ...more,
})
const transport = (what: string, keyTransport: KeyTransport): Row => ({ what, ask: { keyTransport } })

/** Each is asked for with a message that is refused anyway: the algorithms are judged before its content is. */
const ROWS: readonly Row[] = [
  cipher('AES-128', 'aes-128-cbc', { keyword: 'AES' }),
  cipher('AES-192', 'aes-192-cbc'),
  cipher('AES-256', 'aes-256-cbc'),
  cipher('3DES', 'des-ede3-cbc', { keyword: 'DES3', old: true }),
  cipher('single DES', 'des-cbc', { forbidden: 'S-2.9-03 S-3.5.2-07' }),
  digest('SHA-256', 'sha256', { keyword: 'SHA-256' }),
  digest('SHA-384', 'sha384', { keyword: 'SHA-384' }),
  digest('SHA-512', 'sha512', { keyword: 'SHA-512' }),
  digest('SHA-1', 'sha1', { keyword: 'SHA-1', old: true }),
  digest('MD5', 'md5', { forbidden: 'S-2.9-12 S-3.5.2-07' }),
  transport('RSA-OAEP with SHA-256', { scheme: 'rsa-oaep', hash: 'sha256', mgfHash: 'sha256' }),
]

export const algorithms: ProbeCheck = {
  name: 'algorithms',
  title: 'Algorithms that are really accepted',
  needs: 'recipient',
  async run(server) {
    const carrier = await server.harmless()
    if (carrier === undefined) {
      return [
        unknown('S-3.5.2-05', 'It answers no polls, so without a challenge nothing shows which algorithms it takes.'),
      ]
    }
    const findings: ProbeFinding[] = []
    for (const row of ROWS) {
      const asked = await server.ask({ ...carrier, ...row.ask })
      findings.push(judge(row, asked, server))
      const mirror = mirrored(row, asked)
      if (mirror !== undefined) findings.push(mirror)
    }
    return findings
  },
}

/** Refused is whoever hears badAlg, or nothing that can be understood. */
function accepted({ answer, reply }: Asked): boolean {
  return answer.status === 200 && reply !== undefined && reply.failInfo !== 'badAlg'
}

function judge({ what, keyword, forbidden, old }: Row, asked: Asked, server: Server): ProbeFinding {
  const takes = accepted(asked)
  const promised = keyword !== undefined && hasCapability(server.capabilities, keyword)
  const seen = describe(asked.answer, asked.reply)
  if (forbidden !== undefined) {
    return takes
      ? broken(forbidden, `${what} is accepted, which anybody can break.`)
      : met(forbidden, `${what} is refused (${seen}).`)
  }
  if (promised && !takes) return broken('S-3.5.2-05', `${what} is offered and refused (${seen}).`)
  if (keyword !== undefined && takes && !promised) {
    return note('S-3.5.2-06', `${what} is accepted and not offered.`)
  }
  if (old && takes) return weak('S-3.5.2-05', `${what} is offered and accepted. Only old clients need it.`)
  if (takes) return met(promised ? 'S-3.5.2-05' : '', `${what} is accepted.`)
  return keyword === undefined
    ? note('', `${what} is not accepted (${seen}).`)
    : met('S-3.5.2-06', `${what} is neither offered nor accepted.`)
}

/** A client reads only what it speaks, and a reply to a good request says in what the server speaks. */
function mirrored({ ask, what }: Row, asked: Asked): ProbeFinding | undefined {
  if (ask.digest === undefined || ask.digest === 'md5' || !accepted(asked)) return undefined
  const found = asked.reply?.message.signerInfo.digestAlgorithm.oid
  if (found === RAW_DIGESTS[ask.digest]) return met('S-3.1-12', `A request in ${what} is answered in it.`)
  const name = Object.entries(RAW_DIGESTS).find(([, oid]) => oid === found)?.[0]
  return found === undefined
    ? unknown('S-3.1-12', `In what a request in ${what} is answered.`)
    : note('S-3.1-12', `A request in ${what} is answered in ${name ?? found}.`)
}
