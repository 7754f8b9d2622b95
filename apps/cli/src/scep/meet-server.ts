import type { Certificate } from '@chancery/pki'
import { type ChosenAlgorithms, chooseAlgorithms, ScepClient } from '@chancery/scep'
import type { Terminal } from '../terminal/terminal.ts'
import { CIPHERS, type EnrolOptions } from './enrol-options.ts'
import { authenticate, type TrustDemand } from './trust.ts'

export interface MetServer {
  /** As GetCACert sent them, all authenticated. */
  readonly certificates: readonly Certificate[]
  /** The one that was recognised. */
  readonly anchor: Certificate
  readonly algorithms: ChosenAlgorithms
}

/** The server's certificates afresh (S-2.2-05), authenticated before anything else is asked; then what it can do. */
export async function meetServer(
  url: string,
  demand: TrustDemand,
  options: EnrolOptions,
  terminal: Terminal,
): Promise<MetServer> {
  const client = new ScepClient({ url, fetch: terminal.fetch })
  terminal.err('Fetching the certificates of the CA …\n')
  const certificates = await client.getCaCertificates()
  const anchor = authenticate(certificates, demand, terminal)
  const algorithms = chooseAlgorithms(await client.getCapabilities(), algorithmOptions(options))
  const { digest, contentEncryption, post } = algorithms
  terminal.err(`Using ${contentEncryption} and ${digest}, by ${post ? 'POST' : 'GET'}.\n`)
  // Somebody who strips the capabilities gets this far and no further (security S25).
  if (digest === 'sha1' || !contentEncryption.startsWith('aes')) {
    terminal.err('warning: these are old algorithms. If the server should know better, use --require-standard.\n')
  }
  return { certificates, anchor, algorithms }
}

function algorithmOptions(options: EnrolOptions): Parameters<typeof chooseAlgorithms>[1] {
  const { cipher, legacyDes, digest, get, requireStandard, assumeStandard } = options
  const contentEncryption = legacyDes ? 'des-cbc' : CIPHERS[cipher ?? '']
  return {
    ...(requireStandard && { standard: 'require' }),
    ...(assumeStandard && { standard: 'assume' }),
    ...(digest !== undefined && { digest }),
    ...(contentEncryption !== undefined && { contentEncryption }),
    ...(get && { post: false }),
  }
}
