import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { certificateArgument, findCertificate } from './find.ts'
import { detailLines } from './lines.ts'

interface ShowOptions {
  readonly server?: string
}

export const showCertificateVerb: VerbDefinition<ShowOptions> = {
  name: 'show',
  summary: 'show a certificate that the server has issued, and whether it is revoked',
  description:
    'Shows what the server knows of a certificate: its state, names, key, validity, the profiles it was issued through, and which certificate it renewed. --json has the certificate itself as PEM.',
  argument: certificateArgument,
  options: [serverOption()],
  examples: [
    'chancery certificate show 4a0b61c2d3e4f5061728394a5b6c7d8e',
    'chancery certificate show device1/cert.pem',
    'chancery certificate show device1/cert.pem --json',
  ],
  next: '"chancery certificate revoke" withdraws it.',
  async run({ server, json }, terminal, which) {
    const certificate = await findCertificate(await connect(server, terminal), which)
    if (json) terminal.out(`${JSON.stringify(certificate, null, 2)}\n`)
    else terminal.out(`${detailLines(certificate).join('\n')}\n`)
    return EXIT.ok.code
  },
}
