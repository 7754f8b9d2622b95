import type { Facts } from '../facts.ts'
import type { Finding, FindingLevel } from '../inspection.ts'
import { ATTRIBUTES } from './attribute.ts'
import { AUTHORITY } from './authority.ts'
import { CAPABILITIES } from './capability.ts'
import type { Check } from './check.ts'
import { ENVELOPE } from './envelope.ts'
import { PASSWORD } from './password.ts'
import { PAYLOAD } from './payload.ts'
import { REPLIES } from './reply.ts'
import { SIGNATURE } from './signature.ts'
import { STRUCTURE } from './structure.ts'
import { TRANSPORT } from './transport.ts'

/** Every check, in the order in which a message is read. */
export const CHECKS: readonly Check[] = [
  ...TRANSPORT,
  ...STRUCTURE,
  ...SIGNATURE,
  ...ATTRIBUTES,
  ...REPLIES,
  ...ENVELOPE,
  ...PASSWORD,
  ...PAYLOAD,
  ...AUTHORITY,
  ...CAPABILITIES,
]

/** What is wrong or worth knowing, the worst first. */
export function runChecks(facts: Facts): Finding[] {
  const findings = CHECKS.filter(({ of }) => of.includes(facts.kind)).flatMap(({ clause, level, where, finds }) => {
    const sentence = finds(facts)
    return sentence === undefined ? [] : [{ clause, level, where, sentence }]
  })
  return findings.toSorted((one, other) => RANK[one.level] - RANK[other.level])
}

const RANK: Readonly<Record<FindingLevel, number>> = { broken: 0, warning: 1, note: 2 }
