import { REVOCATION_REASONS, type RevocationReason, revokeCertificate } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { certificateArgument, findCertificateUuid } from './find.ts'
import { reportStanding } from './report-standing.ts'

interface RevokeOptions {
  readonly server?: string
  readonly reason: RevocationReason
}

export const revokeCertificateVerb: VerbDefinition<RevokeOptions> = {
  name: 'revoke',
  summary: 'revoke a certificate, mostly for good',
  description:
    'Revokes one certificate, for good unless the reason is certificateHold. From that moment the device cannot renew with it; a new CRL follows within seconds. The device may enrol again with a challenge, even with the same key.',
  argument: certificateArgument,
  options: [
    new Option('--reason <reason>', 'why; it stands in the CRL')
      .choices(Object.keys(REVOCATION_REASONS))
      .default('unspecified'),
    serverOption(),
  ],
  examples: [
    'chancery certificate revoke device1/cert.pem --reason superseded',
    'chancery certificate revoke 4a0b61c2d3e4f5061728394a5b6c7d8e --reason keyCompromise',
  ],
  next: 'the CRL at /pki/{authority}/{generation}.crl lists it within seconds; "chancery certificate show" says so at once.',
  epilogue: [
    'Reasons:',
    ...Object.entries(REVOCATION_REASONS).map(([reason, meaning]) => `  ${reason.padEnd(20)}  ${meaning}`),
    '',
    'A certificate that is revoked already is a refusal (exit code 1); its first reason stays, unless it was certificateHold.',
  ].join('\n'),
  async run({ server, reason, json }, terminal, which) {
    const client = await connect(server, terminal)
    const uuid = await findCertificateUuid(client, which)
    const revoked = await client.call(revokeCertificate, { params: { uuid }, body: { reason } })
    return reportStanding(revoked, json, terminal)
  },
}
