import { createAuthority } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import type { VerbDefinition } from '../verb.ts'
import { NEW_CA_OPTIONS, type NewCaOptions, newCaOf } from './new-ca-options.ts'
import { reportAuthority } from './report.ts'
import { readSettings, SETTING_OPTIONS, type SettingOptions } from './setting-values.ts'

interface CreateOptions extends NewCaOptions, SettingOptions {
  readonly server?: string
  readonly kind: string
  readonly description?: string
  readonly disabled?: true
}

export const createAuthorityVerb: VerbDefinition<CreateOptions> = {
  name: 'create',
  summary: 'make an authority, or take over a CA that exists',
  description:
    'Makes an authority with a root of its own, with a key that another CA is to certify, or with a CA that exists already. What is taken over is checked first: key, CA certificate, chain, dates. The name is in the addresses of CRL and certificates and never changes.',
  argument: { name: 'name', description: 'of the authority: A-Z, a-z, 0-9, "-", ".", "_", "~"' },
  options: [
    ...NEW_CA_OPTIONS,
    new Option('--kind <kind>', 'where the CA is: built-in, or another one, with its --setting').default('built-in'),
    ...SETTING_OPTIONS,
    new Option('--description <text>', 'a description'),
    new Option('--disabled', 'make it disabled'),
    serverOption(),
  ],
  examples: [
    "chancery authority create plant --root --subject 'CN=Plant Root,O=Example' --key p-384 --years 20",
    "chancery authority create issuing --subordinate --subject 'CN=Issuing CA,O=Example'",
    'chancery authority create old --pkcs12 ca.p12 --password-file ca.password',
    'chancery authority create old --pem ca.pem --chain above.pem --private-key ca.key',
  ],
  next: '"chancery authority request NAME" prints what another CA must sign; then an RA profile can use the authority.',
  async run(options, terminal, name) {
    const { server, kind, description, disabled, setting, secret, json } = options
    const ca = await newCaOf(options, terminal)
    const client = await connect(server, terminal)
    const hasSettings = setting !== undefined || secret !== undefined
    const body = {
      name,
      kind,
      ...(description !== undefined && { description }),
      ...(disabled && { enabled: false }),
      ...(hasSettings && { settings: await readSettings(client, kind, options, terminal) }),
      ...(ca !== undefined && { ca }),
    }
    const made = await client.call(createAuthority, { body })
    if (made.request !== null) {
      terminal.err(`Its key waits for a certificate: "chancery authority request ${name}" prints the request.\n`)
    }
    return reportAuthority(made, terminal, json)
  },
}
