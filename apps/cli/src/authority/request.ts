import { type CaKeyType, getCaRequest, requestCaCertificate } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { authorityArgument, findAuthority } from './find.ts'
import { keyOption } from './new-ca-options.ts'

interface RequestOptions {
  readonly server?: string
  readonly new?: true
  readonly subject?: string
  readonly key?: CaKeyType
  readonly replace?: true
}

export const requestVerb: VerbDefinition<RequestOptions> = {
  name: 'request',
  summary: 'print the request that another CA is to sign, or make one',
  description:
    'Prints the PKCS #10 that waits for its certificate, as PEM. With --new it makes one first, with a new key: for the next CA of an authority whose CA stands below another one.',
  argument: authorityArgument,
  options: [
    new Option('--new', 'make a key and a request'),
    new Option('--subject <name>', 'of the new request (default: the same as now)'),
    keyOption('key of the new request (default: the same as now)'),
    new Option('--replace', 'although one waits already: its key is destroyed'),
    serverOption(),
  ],
  examples: ['chancery authority request issuing > issuing.csr', 'chancery authority request issuing --new > next.csr'],
  next: 'let the other CA sign it; "chancery authority certify FILE" brings the certificate.',
  async run({ server, new: isNew, subject, key, replace, json }, terminal, name) {
    const client = await connect(server, terminal)
    const { uuid } = await findAuthority(client, name)
    if (isNew) {
      const body = {
        ...(subject !== undefined && { subject }),
        ...(key !== undefined && { keyType: key }),
        ...(replace && { replace }),
      }
      await client.call(requestCaCertificate, { params: { uuid }, body })
    }
    const request = await client.call(getCaRequest, { params: { uuid } })
    terminal.out(json ? `${JSON.stringify({ uuid, request }, null, 2)}\n` : request)
    return EXIT.ok.code
  },
}
