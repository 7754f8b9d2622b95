import { certifyAuthority } from '@chancery/api'
import { Asn1Error, encodePem, readElement, TAG } from '@chancery/pki'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import type { VerbDefinition } from '../verb.ts'
import { findAuthority } from './find.ts'
import { contentsOf } from './new-ca-options.ts'
import { reportAuthority } from './report.ts'
import { parseWhen } from './when.ts'

interface CertifyOptions {
  readonly server?: string
  readonly authority: string
  readonly chain?: string
  readonly from?: string
}

export const certifyVerb: VerbDefinition<CertifyOptions> = {
  name: 'certify',
  summary: 'bring the certificate for the request of an authority',
  description:
    'Brings the certificate that another CA made for the request, with all certificates above it up to the root, in one file or two, as PEM, DER or PKCS #7. The first CA of an authority issues at once; a later one is next, as after "prepare-next".',
  argument: { name: 'file', description: 'the certificate' },
  options: [
    new Option('--authority <name>', 'whose request it is for').default('default'),
    new Option('--chain <file>', 'the certificates above it, where the file does not hold them'),
    new Option('--from <when>', 'a next CA takes over by itself then: 2027-03-01T02:00Z, or 30d from now'),
    serverOption(),
  ],
  examples: [
    'chancery authority certify issuing.pem --authority issuing --chain root.pem',
    'chancery authority certify issuing.p7b --authority issuing --from 30d',
  ],
  next: '"chancery authority show" has its fingerprint; "chancery authority activate-next" lets a next CA take over.',
  async run({ server, authority, chain, from, json }, terminal, file) {
    const files = [file, ...(chain === undefined ? [] : [chain])]
    const certificates = (await Promise.all(files.map(pemOf))).join('\n')
    const body = {
      certificates,
      ...(from !== undefined && { currentFrom: parseWhen(from, terminal.now()).toISOString() }),
    }
    const client = await connect(server, terminal)
    const { uuid } = await findAuthority(client, authority)
    return reportAuthority(await client.call(certifyAuthority, { params: { uuid }, body }), terminal, json)
  },
}

/** DER becomes PEM, so that two files can go as one text. */
async function pemOf(path: string): Promise<string> {
  const contents = await contentsOf(path)
  if (contents.includes('-----BEGIN ')) return contents.toString('utf8')
  try {
    // A ContentInfo begins with its type.
    const isPkcs7 = readElement(contents).children[0]?.tag === TAG.oid
    return encodePem(isPkcs7 ? 'PKCS7' : 'CERTIFICATE', contents)
  } catch (cause) {
    if (!(cause instanceof Asn1Error)) throw cause
    throw new CliFailure('failed', `${path} holds no certificate, neither as PEM nor as DER.`, { cause })
  }
}
