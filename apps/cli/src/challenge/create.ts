import { type CreatedChallenge, createChallenge, type NewChallenge } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import { parseDuration } from '../terminal/duration.ts'
import { shellQuote } from '../terminal/shell-quote.ts'
import type { VerbDefinition } from '../verb.ts'
import { bodiesOf, createMany, type ManyOptions } from './create-many.ts'
import { profileOption } from './profile-option.ts'

interface CreateOptions extends ManyOptions {
  readonly server?: string
  readonly profile: string
  readonly uses: string
  readonly ttl: string
  readonly subject?: string
  readonly san?: readonly string[]
  readonly password?: true
}

export const createChallengeVerb: VerbDefinition<CreateOptions> = {
  name: 'create',
  summary: 'make one-time challenges',
  description:
    'Makes a one-time challenge and prints it alone on standard output; it is shown this once. On standard error follows the whole command with which a device enrols: URL, fingerprint of the CA, challenge. With --count or --from it makes many, all of them or none: one line each, or CSV, or JSON.',
  options: [
    profileOption(),
    new Option('--uses <n>', 'how many certificates it is good for').default('1'),
    new Option('--ttl <duration>', 'how long it lasts: 90s, 15m, 1h, 7d').default('1h'),
    new Option('--subject <name>', "only for this subject, such as 'CN=printer1,O=Example', and no other names"),
    new Option('--san <name...>', 'only for these subject alternative names, or fewer, such as DNS:printer1.example'),
    new Option('--password', 'also the password of the envelope: for a CA without an RSA key; the URL then names it'),
    new Option('--count <n>', 'so many, all alike'),
    new Option(
      '--from <file>',
      'one for each subject in a file, or - for standard input: CSV with the header subject,subjectAltNames, or lines such as "CN=printer1,O=Example; DNS:printer1.example"',
    ),
    new Option('--csv', 'of many: print CSV'),
    serverOption(),
  ],
  examples: [
    'chancery challenge create',
    'chancery challenge create --uses 50 --ttl 7d',
    "chancery challenge create --subject 'CN=printer1' --san DNS:printer1.example",
    'challenge=$(chancery challenge create 2>/dev/null)',
    'chancery challenge create --from printers.csv --ttl 7d --csv > challenges.csv',
  ],
  next: 'run the command that it prints, on the device or here.',
  async run(options, terminal) {
    const body = bodyOf(options)
    const many = await bodiesOf(options, body, terminal)
    const client = await connect(options.server, terminal)
    const { uuid } = await findProfile(client, options.profile)
    if (many !== undefined) {
      await createMany(client, uuid, many, options, terminal)
      return EXIT.ok.code
    }
    const created = await client.call(createChallenge, { params: { uuid }, body })
    const command = enrolCommand(created)
    if (options.json) {
      terminal.out(`${JSON.stringify({ ...created, command }, null, 2)}\n`)
      return EXIT.ok.code
    }
    terminal.out(`${created.challenge}\n`)
    const uses = created.uses === 1 ? 'one certificate' : `${created.uses} certificates`
    terminal.err(`Good for ${uses} of profile "${created.scepProfile}" until ${created.expiresAt}. Enrol with:\n\n`)
    terminal.err(`  ${command}\n`)
    return EXIT.ok.code
  },
}

function bodyOf({ uses, ttl, subject, san, password }: CreateOptions): NewChallenge {
  if (!/^[0-9]{1,9}$/.test(uses)) throw new CliFailure('failed', `--uses wants a whole number, not "${uses}".`)
  return {
    uses: Number(uses),
    ttlSeconds: parseDuration(ttl),
    ...(subject !== undefined && { subject }),
    ...(san !== undefined && { subjectAltNames: [...san] }),
    ...(password && { password }),
  }
}

/** The next step as a line that can be pasted. */
function enrolCommand({ scepUrl, subject, subjectAltNames, challenge, caFingerprint }: CreatedChallenge): string {
  const words = ['npx', 'chancery', 'scep', 'enrol', scepUrl, '--subject', subject ?? 'CN=device1']
  for (const name of subjectAltNames ?? []) words.push('--san', name)
  words.push('--challenge', challenge, '--ca-fingerprint', caFingerprint, '--out', 'device1')
  return words.map(shellQuote).join(' ')
}
