import { addUserCertificate, listUserCertificates, removeUserCertificate } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import { encodedInput } from '../terminal/encoded-input.ts'
import { printable } from '../terminal/printable.ts'
import type { VerbDefinition } from '../verb.ts'
import { findUser } from './find.ts'

interface CertificateOptions {
  readonly server?: string
  readonly add?: string
  readonly remove?: string
}

export const certificateUserVerb: VerbDefinition<CertificateOptions> = {
  name: 'certificate',
  summary: 'list, add or remove the client certificates that sign a user in',
  description:
    'Lists the client certificates that sign a user in, one a line: SHA-256 fingerprint, end, subject. With --add one more does, whoever has issued it; with --remove one does no more, from the next request on.',
  argument: { name: 'name', description: 'the user, such as alice' },
  options: [
    new Option('--add <file>', 'let this certificate sign the user in: PEM or DER, - for standard input'),
    new Option('--remove <fingerprint>', 'take the certificate with this SHA-256 fingerprint away').conflicts('add'),
    serverOption(),
  ],
  examples: [
    'chancery user certificate alice',
    'chancery user certificate alice --add alice.pem',
    'chancery user certificate alice --remove 3f…',
  ],
  next: 'the administration asks for client certificates at CHANCERY_ADMIN_LISTEN, or a proxy passes them on.',
  async run({ server, json, add, remove }, terminal, name) {
    const certificate = add === undefined ? undefined : await encodedInput(add, terminal)
    const client = await connect(server, terminal)
    const { uuid } = await findUser(client, name)
    if (certificate !== undefined) await client.call(addUserCertificate, { params: { uuid }, body: { certificate } })
    if (remove !== undefined) await client.call(removeUserCertificate, { params: { uuid, fingerprint: remove } })
    const { certificates } = await client.call(listUserCertificates, { params: { uuid } })
    if (json) terminal.out(`${JSON.stringify(certificates, null, 2)}\n`)
    else
      for (const { fingerprint, notAfter, subject } of certificates)
        terminal.out(`${fingerprint}  ${notAfter}  ${printable(subject)}\n`)
    return EXIT.ok.code
  },
}
