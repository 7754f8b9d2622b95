import { revokeCertificate } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { certificateArgument, findCertificateUuid } from './find.ts'
import { reportStanding } from './report-standing.ts'

interface HoldOptions {
  readonly server?: string
}

export const holdCertificateVerb: VerbDefinition<HoldOptions> = {
  name: 'hold',
  summary: 'revoke a certificate for the time being',
  description:
    'Puts one certificate on hold (certificateHold): until it is released it counts as revoked, on CRLs and for renewal.',
  argument: certificateArgument,
  options: [serverOption()],
  examples: [
    'chancery certificate hold device1/cert.pem',
    'chancery certificate hold 4a0b61c2d3e4f5061728394a5b6c7d8e',
  ],
  next: '"chancery certificate release" lifts it; "chancery certificate revoke --reason …" makes it final.',
  epilogue: 'A certificate that is revoked already, or on hold, is a refusal (exit code 1).',
  async run({ server, json }, terminal, which) {
    const client = await connect(server, terminal)
    const uuid = await findCertificateUuid(client, which)
    const held = await client.call(revokeCertificate, { params: { uuid }, body: { reason: 'certificateHold' } })
    return reportStanding(held, json, terminal)
  },
}
