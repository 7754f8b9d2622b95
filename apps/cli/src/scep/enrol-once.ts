import { join, resolve } from 'node:path'
import { decodePem, nameFromText, parseCertificate, publicKeyInfoOf } from '@chancery/pki'
import { keyTransactionId, randomTransactionId } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { EnrolOptions } from './enrol-options.ts'
import { newPrivateKey, privateKeyFromPem, privateKeyToPem } from './key.ts'
import { meetServer } from './meet-server.ts'
import { type ObtainOptions, obtainCertificate } from './obtain.ts'
import { prepareFolder, writeResult } from './output-folder.ts'
import type { RequestResult } from './request-result.ts'
import { forgetState, type RequestState, resumeRequest, type StateFile } from './request-state.ts'
import type { TrustDemand } from './trust.ts'
import { type EnrolmentWish, readOption, type Wish } from './wish.ts'

export interface EnrolmentOrder {
  readonly wish: Wish
  readonly demand: TrustDemand
  readonly challenge: string | undefined
  readonly options: ObtainOptions & Pick<EnrolOptions, 'out' | 'force' | 'signerSubject' | 'keyTransactionId'>
}

export type EnrolmentState = RequestState & EnrolmentWish

/** One enrolment from an empty folder, or from one that broke off, to the certificate on disk. */
export async function enrolOnce(order: EnrolmentOrder, terminal: Terminal): Promise<RequestResult> {
  const { wish, demand, challenge, options } = order
  const folder = resolve(options.out)
  const signerSubject =
    options.signerSubject === undefined
      ? undefined
      : readOption('--signer-subject', options.signerSubject, nameFromText)
  const file = enrolmentStateFile(folder)
  const resumed = await stateToResume(file, order)
  await prepareFolder(folder, options.force === true, resumed?.privateKey)
  const server = await meetServer(wish.text.url, demand, options, terminal)
  const state = resumed ?? (await newState(order, terminal))
  if (resumed !== undefined) terminal.err(`Taking up the enrolment of ${resumed.startedAt}, with its key.\n`)
  const { privateKey, transactionId } = state
  const { subject, extensions } = wish
  const key = privateKeyFromPem(privateKey)
  const signer = resumed?.sent && parseCertificate(decodePem(resumed.sent.signer, 'CERTIFICATE')[0] as Buffer)
  const parts = {
    messageType: 'PKCSReq',
    subject,
    extensions,
    challenge,
    privateKey: key,
    signer,
    signerSubject,
    transactionId,
    server,
  } as const
  const { certificate, authorities } = await obtainCertificate(file, state, parts, options, terminal)
  const files = await writeResult(folder, { privateKey, certificate, authorities })
  await forgetState(file)
  return { folder, transactionId, certificate, files }
}

export function enrolmentStateFile(folder: string): StateFile<EnrolmentState> {
  return {
    path: join(folder, 'enrolment.json'),
    noun: 'an enrolment',
    describe: ({ subject, url }) => `of "${subject}" at ${url}`,
  }
}

async function stateToResume(
  file: StateFile<EnrolmentState>,
  { wish, options }: EnrolmentOrder,
): Promise<EnrolmentState | undefined> {
  try {
    return await resumeRequest(file, wish.text)
  } catch (error) {
    if (options.force && error instanceof CliFailure) return undefined
    throw error
  }
}

async function newState({ wish: { text }, options }: EnrolmentOrder, terminal: Terminal): Promise<EnrolmentState> {
  terminal.err(`Making a key of type ${text.keyType} …\n`)
  const key = await newPrivateKey(text.keyType)
  const startedAt = terminal.now().toISOString()
  const transactionId = options.keyTransactionId ? keyTransactionId(publicKeyInfoOf(key)) : randomTransactionId()
  return { version: 1, ...text, transactionId, startedAt, privateKey: privateKeyToPem(key) }
}
