import { releaseCertificate } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { certificateArgument, findCertificateUuid } from './find.ts'
import { reportStanding } from './report-standing.ts'

interface ReleaseOptions {
  readonly server?: string
}

export const releaseCertificateVerb: VerbDefinition<ReleaseOptions> = {
  name: 'release',
  summary: 'lift the hold of a certificate',
  description:
    'Lifts a hold (certificateHold): the certificate is as good as before. Every other revocation stays as it is.',
  argument: certificateArgument,
  options: [serverOption()],
  examples: ['chancery certificate release device1/cert.pem'],
  next: 'the next CRL, within seconds, does not list it any more; clients that kept an older one learn it when that ends.',
  epilogue: 'A certificate that is not on hold is a refusal (exit code 1).',
  async run({ server, json }, terminal, which) {
    const client = await connect(server, terminal)
    const uuid = await findCertificateUuid(client, which)
    return reportStanding(await client.call(releaseCertificate, { params: { uuid } }), json, terminal)
  },
}
