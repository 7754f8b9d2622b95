import type { Certificate } from '@chancery/pki'
import { type Capabilities, type ChosenAlgorithms, chooseAlgorithms, ScepClient } from '@chancery/scep'
import type { Terminal } from '../terminal/terminal.ts'
import { algorithmOptions, type ExchangeOptions } from './exchange-options.ts'
import { authenticate, type TrustDemand } from './trust.ts'

export interface MetServer {
  /** As GetCACert sent them, all authenticated. */
  readonly certificates: readonly Certificate[]
  /** The one that was recognised: among them, or above them when they were recognised by a file. */
  readonly anchor: Certificate
  /** Certificates of the CA that will follow, verified under a known one before (`scep get-next-ca`). */
  readonly next: readonly Certificate[]
  readonly capabilities: Capabilities
  readonly algorithms: ChosenAlgorithms
}

/** The server's certificates afresh (S-2.2-05), authenticated before anything else is asked; then what it can do. */
export async function meetServer(
  url: string,
  demand: TrustDemand,
  options: ExchangeOptions,
  terminal: Terminal,
): Promise<MetServer> {
  const client = new ScepClient({ url, fetch: terminal.fetch })
  terminal.err('Fetching the certificates of the CA …\n')
  const certificates = await client.getCaCertificates()
  const anchor = authenticate(certificates, demand, terminal)
  const capabilities = await client.getCapabilities()
  const algorithms = chooseAlgorithms(capabilities, algorithmOptions(options))
  const { digest, contentEncryption, post } = algorithms
  terminal.err(`Using ${contentEncryption} and ${digest}, by ${post ? 'POST' : 'GET'}.\n`)
  // Somebody who strips the capabilities gets this far and no further (security S25).
  if (digest === 'sha1' || !contentEncryption.startsWith('aes')) {
    terminal.err('warning: these are old algorithms. If the server should know better, use --require-standard.\n')
  }
  const next = 'known' in demand ? (demand.known.next ?? []) : []
  return { certificates, anchor, next, capabilities, algorithms }
}
