import { type Certificate, nameToText, sameName } from '@chancery/pki'
import type { Enrolment } from '@chancery/scep'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { authoritiesOf } from './authority.ts'
import { buildRequest, type RequestParts } from './build-request.ts'
import { sendRequest } from './exchange.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import { refusal } from './refusal.ts'
import { forgetState, type RequestState, type StateFile, saveState } from './request-state.ts'

export interface Obtained {
  readonly certificate: Certificate
  readonly authorities: readonly Certificate[]
}

/**
 * Sends one request, remembered in its state file from before the first byte until whoever asked has the certificate on
 * disk, or until it was refused.
 * @throws {CliFailure} for FAILURE and PENDING
 */
export async function obtainCertificate<State extends RequestState>(
  file: StateFile<State>,
  state: State,
  parts: RequestParts,
  options: ExchangeOptions,
  terminal: Terminal,
): Promise<Obtained> {
  const { subject, server, holder } = parts
  const request: Enrolment = await buildRequest(parts, options, terminal)
  await saveState(file, state)
  terminal.err(`Sending the request to ${state.url} …\n`)
  const reply = await sendRequest(state.url, request, terminal)
  if (reply.status === 'FAILURE') await forgetState(file)
  if (reply.status !== 'SUCCESS') throw refusal(reply, state.transactionId, holder && 'renewal')
  const { certificate, chain } = reply
  // A CA may change anything but the key (S-2.1.2-03); people want to know.
  const given = printable(nameToText(certificate.subject))
  terminal.err(`Got a certificate for ${given}, valid until ${certificate.notAfter.toISOString()}.\n`)
  if (!sameName(certificate.subject, subject)) terminal.err('notice: the CA changed the subject.\n')
  if (certificate.notAfter < terminal.now()) terminal.err('warning: the certificate has expired already.\n')
  return { certificate, authorities: authoritiesOf(server, chain, terminal.now()) }
}
