import { type Certificate, encodePem, nameToText, sameName } from '@chancery/pki'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { authoritiesOf } from './authority.ts'
import { buildRequest, type RequestParts } from './build-request.ts'
import { askServer } from './exchange.ts'
import type { ExchangeOptions } from './exchange-options.ts'
import type { PollOptions } from './poll-options.ts'
import { refusal } from './refusal.ts'
import { forgetState, type RequestState, type StateFile, saveState } from './request-state.ts'

export interface Obtained {
  readonly certificate: Certificate
  readonly authorities: readonly Certificate[]
}

export interface ObtainOptions extends ExchangeOptions, PollOptions {
  /** Poll for what was sent before, instead of sending it again. */
  readonly resume?: true
}

/**
 * Asks for a certificate, remembered in a state file from before the first byte until whoever asked has it on disk, or
 * until it was refused.
 * @throws {CliFailure} for FAILURE and PENDING
 */
export async function obtainCertificate<State extends RequestState>(
  file: StateFile<State>,
  state: State,
  parts: RequestParts,
  options: ObtainOptions,
  terminal: Terminal,
): Promise<Obtained> {
  const { subject, server, holder } = parts
  const request = await buildRequest(parts, options, terminal)
  const first = options.resume && state.sent !== undefined ? 'poll' : 'request'
  const sent = state.sent ?? {
    requestDigest: request.digest,
    signer: encodePem('CERTIFICATE', request.enrolment.signer.certificate.der),
    anchor: server.anchor.digest().toString('hex'),
  }
  await saveState(file, { ...state, sent })
  terminal.err(`The request has the SHA-256 ${sent.requestDigest}\n`)
  terminal.err(`${first === 'poll' ? 'Asking what became of it, at' : 'Sending the request to'} ${state.url} …\n`)
  const reply = await askServer(state.url, request, { ...options, first }, terminal)
  const polled = first === 'poll' || reply.polls > 0
  // A server that knows nothing of what was polled for can still be sent it.
  const unknown = reply.status === 'FAILURE' && reply.failInfo === 'badCertId' && polled
  if (reply.status === 'FAILURE' && !unknown) await forgetState(file)
  if (reply.status !== 'SUCCESS') {
    const { transactionId } = state
    const kind = holder ? 'renewal' : 'enrolment'
    throw refusal(reply, { transactionId, kind: unknown ? 'poll' : kind, file: file.path, ...sent })
  }
  const { certificate, chain } = reply
  // A CA may change anything but the key (S-2.1.2-03); people want to know.
  const given = printable(nameToText(certificate.subject))
  terminal.err(`Got a certificate for ${given}, valid until ${certificate.notAfter.toISOString()}.\n`)
  if (!sameName(certificate.subject, subject)) terminal.err('notice: the CA changed the subject.\n')
  if (certificate.notAfter < terminal.now()) terminal.err('warning: the certificate has expired already.\n')
  return { certificate, authorities: authoritiesOf(certificate, server, chain, terminal.now()) }
}
