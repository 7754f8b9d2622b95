import {
  type Client,
  createScepProfile,
  enableScepProfile,
  listAuthorities,
  type ScepProfileCreate,
} from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { findAuthority } from '../authority/find.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import { findRaProfile } from '../ra-profile/find.ts'
import { parseDays } from '../terminal/duration.ts'
import { readSecret } from '../terminal/secret-input.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { VerbDefinition } from '../verb.ts'
import { INTUNE_OPTIONS, type IntuneOptions, intuneUpdate } from './intune-options.ts'

interface CreateOptions extends IntuneOptions {
  readonly server?: string
  readonly raProfile?: string
  readonly authority?: string
  readonly caCertificate?: string
  readonly renewRaBefore?: string
  readonly challengeKind?: NonNullable<ScepProfileCreate['challengeKind']>
  readonly staticChallengeFile?: string
  readonly description?: string
  readonly enable?: true
}

export const createProfileVerb: VerbDefinition<CreateOptions> = {
  name: 'create',
  summary: 'make a SCEP profile',
  description:
    'Makes a SCEP profile. Its RA certificate is issued by the authority of its RA profile, or by --authority, unless one is chosen with --ca-certificate. It is disabled until it is enabled; "profile set" has the other settings.',
  argument: { name: 'name', description: 'part of its URL, and never changed' },
  options: [
    new Option('--ra-profile <name>', 'the default RA profile: where requests to its own URL go'),
    new Option('--authority <name>', 'the authority that issues its RA certificate'),
    new Option('--ca-certificate <uuid>', 'an RA certificate that there is, or a CA that opens messages itself'),
    new Option('--renew-ra-before <days>', 'renew its RA certificate so long before the end, such as 30d'),
    new Option('--challenge-kind <kind>', 'how a device proves that it may ask: one-time, static, intune or none'),
    new Option('--static-challenge-file <file>', 'the static challenge, from a file or from standard input with -'),
    ...INTUNE_OPTIONS,
    new Option('--description <text>', 'a description'),
    new Option('--enable', 'enable it at once'),
    serverOption(),
  ],
  examples: [
    'chancery profile create printers --ra-profile default --enable',
    'chancery profile create printers --authority plant --challenge-kind one-time',
    'chancery profile create phones --ra-profile phones --intune on --intune-tenant contoso.com --intune-application 9b1d7c3a-1111-4222-8333-abcdefabcdef --intune-key-file secret.txt --enable',
  ],
  next: '"chancery ra-profile activate" switches SCEP on with it for more RA profiles; "chancery challenge create --profile NAME" lets a device in.',
  async run(options, terminal, name) {
    const client = await connect(options.server, terminal)
    const body = await bodyOf(name, options, client, terminal)
    const made = await client.call(createScepProfile, { body })
    if (options.enable) await client.call(enableScepProfile, { params: { uuid: made.uuid } })
    const profile = { ...made, enabled: options.enable === true }
    if (options.json) terminal.out(`${JSON.stringify(profile, null, 2)}\n`)
    else terminal.out(`SCEP profile ${name} was made${options.enable ? '' : ', and is disabled'}.\n`)
    for (const warning of made.warnings) terminal.err(`warning: ${warning}\n`)
    return EXIT.ok.code
  },
}

async function bodyOf(
  name: string,
  options: CreateOptions,
  client: Client,
  terminal: Terminal,
): Promise<ScepProfileCreate> {
  const { challengeKind, staticChallengeFile, description, caCertificate, renewRaBefore } = options
  const raProfile = options.raProfile === undefined ? undefined : await findRaProfile(client, options.raProfile)
  const authorityUuid =
    options.authority !== undefined
      ? (await findAuthority(client, options.authority)).uuid
      : caCertificate === undefined
        ? (raProfile?.authorityInstanceUuid ?? (await onlyAuthority(client)))
        : undefined
  const raCertificate = {
    ...(authorityUuid !== undefined && { authorityUuid }),
    ...(renewRaBefore !== undefined && { renewBeforeDays: parseDays(renewRaBefore) }),
  }
  return {
    name,
    ...(raProfile !== undefined && { raProfileUuid: raProfile.uuid }),
    ...(caCertificate !== undefined && { caCertificateUuid: caCertificate }),
    ...(Object.keys(raCertificate).length > 0 && { raCertificate }),
    ...(challengeKind !== undefined && { challengeKind }),
    ...(staticChallengeFile !== undefined && { challengePassword: await readSecret(staticChallengeFile, terminal) }),
    ...(await intuneUpdate(options, terminal)),
    ...(description !== undefined && { description }),
  }
}

async function onlyAuthority(client: Client): Promise<string> {
  const [only, ...others] = await client.call(listAuthorities, {})
  if (only !== undefined && others.length === 0) return only.uuid
  throw new CliFailure('failed', 'Which authority is to issue its RA certificate?', {
    nextStep: 'Name one with --authority, or the RA profile with --ra-profile.',
  })
}
