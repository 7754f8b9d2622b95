import { ScepError } from '@chancery/scep'
import type { Check } from './checks/check.ts'
import { secondCertificate } from './checks/second-certificate.ts'
import type { Endpoint } from './endpoint.ts'
import { type AskedFor, type EnrolmentRequest, readEnrolmentRequest } from './enrolment-request.ts'
import { CHECKS } from './judge.ts'
import type { CertificateInventory } from './ports.ts'
import { type PreparedOrder, prepareOrder } from './prepare-order.ts'
import { isProven } from './proof-of-possession.ts'
import { underRenewalRule } from './renewal-switch.ts'
import type { Signer } from './signer.ts'

export type ExaminedCheck =
  | keyof typeof CHECKS
  | 'signer'
  | 'proofOfPossession'
  | 'renewalSwitch'
  | 'template'
  | 'secondCertificate'
  | 'authority'

/** What one rule says; a `ScepError` is its refusal, any other error a fault of ours. */
export interface Finding {
  readonly check: ExaminedCheck
  readonly error: unknown
}

export interface Examination {
  readonly findings: readonly Finding[]
  /** What would be signed, or ordered elsewhere; undefined where a rule is broken. */
  readonly order: PreparedOrder | undefined
}

/**
 * What would become of a request, by the very rules that serve (docs/decisions/0021), each of them asked although another is
 * broken. Nothing is recorded, no key is used, and nobody is asked for a challenge.
 */
export async function examine(
  message: AskedFor,
  endpoint: Endpoint,
  recognised: Signer,
  inventory: CertificateInventory,
  now: Date,
): Promise<Examination> {
  const findings: Finding[] = []
  const note = async <T>(check: ExaminedCheck, work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      const outcome = await work()
      findings.push({ check, error: undefined })
      return outcome
    } catch (error) {
      findings.push({ check, error })
      return undefined
    }
  }
  await note('proofOfPossession', () => prove(message))
  const signer = (await note('renewalSwitch', () => underRenewalRule(recognised, message, endpoint))) ?? recognised
  const request = await note('template', () => readEnrolmentRequest(message, endpoint, signer, now))
  for (const [name, check] of Object.entries(CHECKS) as [keyof typeof CHECKS, Check][]) {
    // Without a subject there is still something to be said about what does not look at it.
    if (request !== undefined) await note(name, () => check(request))
    else if (NAMELESS.has(name)) await note(name, () => check(nameless(message, endpoint, signer, now)))
  }
  if (request === undefined) return { findings, order: undefined }
  await note('secondCertificate', () => secondCertificate(request, inventory))
  const order = await note('authority', () => prepareOrder(request))
  return { findings, order: findings.every(({ error }) => error === undefined) ? order : undefined }
}

const NAMELESS: ReadonlySet<keyof typeof CHECKS> = new Set(['firstEnrolment', 'key', 'validUntil'] as const)

function nameless(message: AskedFor, endpoint: Endpoint, { renews }: Signer, now: Date): EnrolmentRequest {
  return { message, endpoint, subject: message.csr.subject, subjectAltNames: [], renews, now }
}

function prove({ csr }: AskedFor): void {
  if (!isProven(csr)) throw new ScepError('bad_envelope', { detail: 'the signature of the request is not by its key' })
}
