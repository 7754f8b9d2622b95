import {
  type Client,
  type Compatibility,
  getCompatibility,
  type ScepProfile,
  type ScepProfileUpdate,
  updateCompatibility,
  updateScepProfile,
} from '@chancery/api'
import { COMPATIBILITY } from '@chancery/scep'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { insist, type YesOption, yesOption } from '../administration/yes-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import { parseDays } from '../terminal/duration.ts'
import { readSecret } from '../terminal/secret-input.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { VerbDefinition } from '../verb.ts'
import { ACCESS_OPTIONS, type AccessOptions, accessUpdate } from './access-options.ts'
import { INTUNE_OPTIONS, type IntuneOptions, intuneUpdate } from './intune-options.ts'
import { profileLines } from './lines.ts'
import { RA_OPTIONS, type RaOptions, raUpdate } from './ra-options.ts'
import { RENEWAL_OPTIONS, type RenewalOptions, renewalUpdate } from './renewal-options.ts'
import { readSwitches } from './switch-values.ts'
import { WEBHOOK_OPTIONS, type WebhookOptions, webhookUpdate } from './webhook-options.ts'

interface SetOptions extends RenewalOptions, RaOptions, WebhookOptions, IntuneOptions, AccessOptions, YesOption {
  readonly server?: string
  readonly profile?: string
  readonly compatibility?: string
  readonly switch?: readonly string[]
  readonly resetSwitches?: true
  readonly challengeKind?: string
  readonly staticChallengeFile?: string
  readonly allowWeakChallenge?: true
  readonly description?: string
  readonly renewalThreshold?: string
  readonly includeCa?: string
  readonly includeChain?: string
  readonly polling?: string
  readonly withoutChallenge?: string
  readonly waitingExpiry?: string
  readonly mostWaiting?: string
  readonly mostWaitingPerSource?: string
}

export const setProfileVerb: VerbDefinition<SetOptions> = {
  name: 'set',
  summary: 'change a SCEP profile',
  description:
    'Changes what is named and leaves the rest as it is. It counts from the next request on. What would strand clients that are running is told, and done only with --yes.',
  argument: { name: 'name', description: 'the profile (default: "default")', optional: true },
  options: [
    new Option('--profile <name>', 'the same as the argument').hideHelp(),
    new Option(
      '--challenge-kind <kind>',
      'how a device proves that it may ask: one-time, static, webhook, intune or none',
    ),
    new Option('--static-challenge-file <file>', 'set the static challenge from a file, or from standard input with -'),
    ...WEBHOOK_OPTIONS,
    ...INTUNE_OPTIONS,
    new Option('--allow-weak-challenge', 'insist on one that is too weak for sealing messages with it'),
    new Option('--compatibility <name>', `named set of switches: ${Object.keys(COMPATIBILITY).join(', ')}`),
    new Option('--switch <name=value...>', 'single switches, such as singleDes=on; see "profile show"'),
    new Option('--reset-switches', 'forget the single switches set before'),
    new Option('--description <text>', 'a description; empty to remove it'),
    new Option('--renewal-threshold <days>', 'renewal in the last so many days; 0: the second half of the validity'),
    ...RENEWAL_OPTIONS,
    ...RA_OPTIONS,
    new Option('--include-ca <on|off>', 'send the CA certificate along with an issued one').choices(['on', 'off']),
    new Option('--include-chain <on|off>', 'send the whole chain along').choices(['on', 'off']),
    new Option('--polling <on|off>', 'let devices ask again while an authority or a webhook does not answer').choices([
      'on',
      'off',
    ]),
    new Option(
      '--without-challenge <what>',
      'a first enrolment without any challenge is refused, or waits for a person',
    ).choices(['refuse', 'wait']),
    new Option('--waiting-expiry <days>', 'how long such a request waits, such as 7d'),
    new Option('--most-waiting <n>', 'how many of them may wait at a time'),
    new Option('--most-waiting-per-source <n>', 'how many from one address'),
    ...ACCESS_OPTIONS,
    yesOption(),
    serverOption(),
  ],
  examples: [
    'chancery profile set --compatibility legacy',
    'chancery profile set --switch singleDes=on emptyContent=empty',
    'pwgen -s 24 1 | tee /dev/tty | chancery profile set --static-challenge-file -',
    'chancery profile set --challenge-kind one-time',
    'chancery profile set --renewal-grace 7d --revoke-predecessor-after 14d',
    'chancery profile set printers --ra-profile plant --yes',
    'chancery profile set phones --intune-key-file new-secret.txt --intune-secret-expires 2028-03-01',
  ],
  next: '"chancery profile show" shows the result, "chancery scep caps URL" what devices are told.',
  async run(options, terminal, argument) {
    const settings = await updateOf(options, terminal)
    const client = await connect(options.server, terminal)
    const before = await findProfile(client, argument || options.profile || 'default')
    const update = { ...settings, ...(await raUpdate(options, client)) }
    const params = { uuid: before.uuid }
    const hasUpdate = Object.keys(update).length > 0
    if (hasUpdate) {
      await insist(options, terminal, () =>
        client.call(updateScepProfile, { params, query: { dryRun: 'true' }, body: update }),
      )
    }
    const compatibility = await setCompatibility(client, before.uuid, options)
    if (compatibility === undefined && !hasUpdate) {
      throw new CliFailure('failed', 'There is nothing to change.', { nextStep: 'See "chancery profile set --help".' })
    }
    const after = await client.call(updateScepProfile, { params, body: update })
    report(after, compatibility ?? (await client.call(getCompatibility, { params })), options, terminal)
    return EXIT.ok.code
  },
}

function report(
  profile: ScepProfile,
  compatibility: Compatibility,
  { json }: { json?: true },
  terminal: Terminal,
): void {
  if (json) terminal.out(`${JSON.stringify({ ...profile, compatibility }, null, 2)}\n`)
  else terminal.out(`${profileLines(profile, compatibility).join('\n')}\n`)
  for (const warning of profile.warnings) terminal.err(`warning: ${warning}\n`)
}

async function updateOf(options: SetOptions, terminal: Terminal): Promise<ScepProfileUpdate> {
  const {
    challengeKind,
    staticChallengeFile,
    allowWeakChallenge,
    description,
    renewalThreshold,
    includeCa,
    includeChain,
    polling,
  } = options
  if (renewalThreshold !== undefined && !/^[0-9]{1,5}$/.test(renewalThreshold)) {
    throw new CliFailure('failed', `--renewal-threshold wants a number of days, not "${renewalThreshold}".`)
  }
  return {
    ...(challengeKind !== undefined && {
      challengeKind: challengeKind as NonNullable<ScepProfileUpdate['challengeKind']>,
    }),
    ...(staticChallengeFile !== undefined && {
      enableChallengePassword: true,
      challengePassword: await readSecret(staticChallengeFile, terminal),
    }),
    ...(allowWeakChallenge && { allowWeakChallenge }),
    ...(description !== undefined && { description: description === '' ? null : description }),
    ...(renewalThreshold !== undefined && { renewalThreshold: Number(renewalThreshold) }),
    ...renewalUpdate(options),
    ...(await webhookUpdate(options, terminal)),
    ...(await intuneUpdate(options, terminal)),
    ...accessUpdate(options),
    ...(includeCa !== undefined && { includeCaCertificate: includeCa === 'on' }),
    ...(includeChain !== undefined && { includeCaCertificateChain: includeChain === 'on' }),
    ...(polling !== undefined && { allowPolling: polling === 'on' }),
    ...waitingOf(options),
  }
}

function waitingOf({
  withoutChallenge,
  waitingExpiry,
  mostWaiting,
  mostWaitingPerSource,
}: SetOptions): ScepProfileUpdate {
  return {
    ...(withoutChallenge !== undefined && {
      withoutChallenge: withoutChallenge as NonNullable<ScepProfileUpdate['withoutChallenge']>,
    }),
    ...(waitingExpiry !== undefined && { waitingExpiry: parseDays(waitingExpiry) }),
    ...(mostWaiting !== undefined && { mostWaiting: wholeNumber('--most-waiting', mostWaiting) }),
    ...(mostWaitingPerSource !== undefined && {
      mostWaitingPerSource: wholeNumber('--most-waiting-per-source', mostWaitingPerSource),
    }),
  }
}

function wholeNumber(option: string, text: string): number {
  if (/^[0-9]{1,9}$/.test(text)) return Number(text)
  throw new CliFailure('failed', `${option} wants a whole number, not "${text}".`)
}

/** Undefined when nothing about compatibility was named. */
async function setCompatibility(client: Client, uuid: string, options: SetOptions): Promise<Compatibility | undefined> {
  const { compatibility: profile, switch: switches, resetSwitches } = options
  if (profile === undefined && switches === undefined && !resetSwitches) return undefined
  const before = await client.call(getCompatibility, { params: { uuid } })
  const overrides = { ...(resetSwitches ? {} : before.overrides), ...readSwitches(switches ?? [], before.switches) }
  return client.call(updateCompatibility, {
    params: { uuid },
    body: { ...(profile !== undefined && { profile }), overrides },
  })
}
