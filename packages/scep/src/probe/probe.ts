import type { Secret } from '../secret.ts'
import { afterwards } from './checks/afterwards.ts'
import { algorithms } from './checks/algorithms.ts'
import { badMessages } from './checks/bad-messages.ts'
import { caCertificates } from './checks/ca-certificates.ts'
import { capabilities } from './checks/capabilities.ts'
import { closedDoor } from './checks/door.ts'
import { enrolment } from './checks/enrolment.ts'
import { methods, nonsense } from './checks/http.ts'
import { nextCa } from './checks/next-ca.ts'
import { questions } from './checks/questions.ts'
import { renewal } from './checks/renewal.ts'
import { replyForm } from './checks/reply-form.ts'
import { type ProbeFinding, unknown } from './finding.ts'
import type { Need, ProbeCheck } from './probe-check.ts'
import { Server, type ServerOptions } from './server.ts'

/** In the order in which they run: each may need what those before it learnt. */
const CHECKS: readonly ProbeCheck[] = [
  ...[capabilities, methods, nonsense, caCertificates, nextCa, replyForm, algorithms, badMessages, questions],
  ...[closedDoor, enrolment, afterwards, renewal],
]

export interface ProbeOptions extends Omit<ServerOptions, 'challenge' | 'oneTime' | 'timeoutMilliseconds'> {
  /** Without one nothing is asked that could leave a certificate behind. */
  readonly challenge?: Secret
  readonly oneTime?: boolean
  readonly timeoutMilliseconds?: number
  /** Before each check. */
  readonly onProgress?: (progress: ProbeProgress) => void
}

export interface ProbeProgress {
  readonly done: number
  readonly of: number
  readonly title: string
}

export interface ProbeReport {
  readonly url: string
  readonly startedAt: Date
  readonly certificates: Server['certificates']
  /** Of the certificate that the probe got, if it got one. */
  readonly issued: Server['certificates'][number] | undefined
  readonly sections: readonly ProbeSection[]
}

export interface ProbeSection {
  readonly name: string
  readonly title: string
  /** Why it was not run; undefined: it was. */
  readonly skipped: string | undefined
  readonly findings: readonly ProbeFinding[]
}

/** Examines a SCEP server from outside. Never throws for what a server does: that is a finding. */
export async function probe(options: ProbeOptions): Promise<ProbeReport> {
  const { onProgress, challenge, oneTime = false, timeoutMilliseconds = 20_000 } = options
  const server = new Server({ ...options, challenge, oneTime, timeoutMilliseconds })
  const startedAt = options.now()
  const sections: ProbeSection[] = []
  for (const check of CHECKS) {
    onProgress?.({ done: sections.length, of: CHECKS.length, title: check.title })
    sections.push(await section(check, server))
  }
  const { certificates, issued } = server
  return { url: options.url, startedAt, certificates, issued: issued?.certificate, sections }
}

async function section(check: ProbeCheck, server: Server): Promise<ProbeSection> {
  const { name, title } = check
  const skipped = missing(check.needs, server)
  if (skipped !== undefined) return { name, title, skipped, findings: [] }
  try {
    return { name, title, skipped, findings: await check.run(server) }
  } catch (error) {
    // Whatever a server sent that we could not work with is its finding, and takes no other check down.
    const reason = error instanceof Error ? error.message : String(error)
    return { name, title, skipped, findings: [unknown('', `The answers could not be worked with: ${reason}.`)] }
  }
}

function missing(need: Need, { recipient, options }: Server): string | undefined {
  if (need === 'nothing') return undefined
  if (recipient === undefined) return 'GetCACert gave nobody to encrypt to.'
  if (recipient.publicKey.type !== 'rsa' && options.challenge === undefined) {
    return 'The server has no RSA key: without a challenge nothing can be asked.'
  }
  return need === 'challenge' && options.challenge === undefined
    ? 'It could leave a certificate behind; give a challenge to allow that.'
    : undefined
}
