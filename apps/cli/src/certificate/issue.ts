import { issueCertificate } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { findRaProfile } from '../ra-profile/find.ts'
import { encodedInput } from '../terminal/encoded-input.ts'
import type { VerbDefinition } from '../verb.ts'

interface IssueOptions {
  readonly server?: string
  readonly profile: string
  readonly chain: boolean
}

export const issueCertificateVerb: VerbDefinition<IssueOptions> = {
  name: 'issue',
  summary: 'a certificate for a request that you bring',
  description:
    'Sends a PKCS #10 request to the server, which judges it by the rules of the RA profile. The certificate comes on standard output, as PEM. Where the profile asks for an approval, somebody else has to give it; the same command again fetches the certificate then.',
  argument: { name: 'csr', description: 'file with the request (PEM or DER), - for standard input' },
  options: [
    new Option('--profile <name>', 'the RA profile').default('default'),
    new Option('--chain', 'with the certificates above it').default(false),
    serverOption(),
  ],
  examples: [
    'chancery certificate issue server1.csr > server1.pem',
    'chancery certificate issue server1.csr --profile servers --chain > server1-chain.pem',
  ],
  next: '"chancery ra-profile check" tells beforehand whether a request would pass.',
  epilogue: 'A request that waits for an approval ends with exit code 2.',
  async run({ server, profile, chain, json }, terminal, source) {
    const csr = await encodedInput(source, terminal)
    const client = await connect(server, terminal)
    const { uuid } = await findRaProfile(client, profile)
    const issued = await client.call(issueCertificate, { params: { uuid }, body: { csr } })
    if (json) terminal.out(`${JSON.stringify(issued, null, 2)}\n`)
    if (issued.state === 'pending') {
      terminal.err(`It waits to be approved: "chancery approval show ${issued.transactionUuid}".\n`)
      return EXIT.pending.code
    }
    if (!json) terminal.out([issued.pem, ...(chain ? issued.chain : [])].join(''))
    return EXIT.ok.code
  },
}
