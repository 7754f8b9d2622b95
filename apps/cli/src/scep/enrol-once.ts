import { resolve } from 'node:path'
import { type Certificate, nameToText, sameName } from '@chancery/pki'
import { randomTransactionId } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { authoritiesOf } from './authority.ts'
import { buildRequest } from './build-request.ts'
import { certificateFields } from './certificate-lines.ts'
import type { EnrolOptions } from './enrol-options.ts'
import { type EnrolmentState, forgetEnrolment, resumeEnrolment, saveEnrolment } from './enrolment-state.ts'
import { sendRequest } from './exchange.ts'
import { newPrivateKey, privateKeyToPem } from './key.ts'
import { meetServer } from './meet-server.ts'
import { type OutputFiles, prepareFolder, writeResult } from './output-folder.ts'
import { refusal } from './refusal.ts'
import type { TrustDemand } from './trust.ts'
import type { Wish } from './wish.ts'

export interface EnrolmentOrder {
  readonly wish: Wish
  readonly demand: TrustDemand
  readonly challenge: string | undefined
  readonly options: EnrolOptions
}

export interface EnrolmentResult {
  readonly folder: string
  readonly transactionId: string
  readonly certificate: Record<string, unknown>
  readonly files: OutputFiles
}

/** One enrolment from an empty folder, or from one that broke off, to the certificate on disk. */
export async function enrolOnce(order: EnrolmentOrder, terminal: Terminal): Promise<EnrolmentResult> {
  const { wish, demand, challenge, options } = order
  const { url } = wish.text
  const folder = resolve(options.out)
  const resumed = await stateToResume(folder, order)
  await prepareFolder(folder, options.force === true, resumed?.privateKey)
  const server = await meetServer(url, demand, options, terminal)
  const state = resumed ?? (await newState(wish, terminal))
  if (resumed !== undefined) terminal.err(`Taking up the enrolment of ${resumed.startedAt}, with its key.\n`)
  const request = await buildRequest({ wish, challenge, state, server }, options, terminal)
  await saveEnrolment(folder, state)
  terminal.err(`Sending the request to ${url} …\n`)
  const reply = await sendRequest(url, request, terminal)
  if (reply.status === 'FAILURE') await forgetEnrolment(folder)
  if (reply.status !== 'SUCCESS') throw refusal(reply, state.transactionId)
  const { certificate, chain } = reply
  notice(certificate, wish, terminal)
  const authorities = authoritiesOf(server, chain, terminal.now())
  const { privateKey, transactionId } = state
  const files = await writeResult(folder, { privateKey, certificate, authorities })
  await forgetEnrolment(folder)
  return { folder, transactionId, certificate: certificateFields(certificate), files }
}

async function stateToResume(folder: string, { wish, options }: EnrolmentOrder): Promise<EnrolmentState | undefined> {
  try {
    return await resumeEnrolment(folder, wish.text)
  } catch (error) {
    if (options.force && error instanceof CliFailure) return undefined
    throw error
  }
}

async function newState({ text }: Wish, terminal: Terminal): Promise<EnrolmentState> {
  terminal.err(`Making an ${text.keyType} key …\n`)
  const privateKey = privateKeyToPem(await newPrivateKey(text.keyType))
  const startedAt = terminal.now().toISOString()
  return { version: 1, ...text, transactionId: randomTransactionId(), startedAt, privateKey }
}

/** A CA may change anything but the key (S-2.1.2-03); people want to know. */
function notice(certificate: Certificate, { subject }: Wish, terminal: Terminal): void {
  const given = printable(nameToText(certificate.subject))
  terminal.err(`Got a certificate for ${given}, valid until ${certificate.notAfter.toISOString()}.\n`)
  if (!sameName(certificate.subject, subject)) terminal.err('notice: the CA changed the subject.\n')
  if (certificate.notAfter < terminal.now()) terminal.err('warning: the certificate has expired already.\n')
}
