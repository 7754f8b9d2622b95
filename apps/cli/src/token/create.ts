import { createToken, type NewToken, ROLE_MEANINGS, ROLE_NAMES, type Role, type Token } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import { parseDuration } from '../terminal/duration.ts'
import { printable } from '../terminal/printable.ts'
import type { VerbDefinition } from '../verb.ts'
import { scopeText } from './scope-text.ts'

interface CreateOptions {
  readonly server?: string
  readonly role: Role
  readonly scepProfile?: readonly string[]
  readonly raProfile?: readonly string[]
  readonly ttl?: string
  /** `--no-expiry` makes it false. */
  readonly expiry: boolean
}

export const createTokenVerb: VerbDefinition<CreateOptions> = {
  name: 'create',
  summary: 'make an API token',
  description:
    'Makes an API token and prints it alone on standard output; it is shown this once. Log and decisions name it, so give each script and each person one of their own.',
  argument: { name: 'name', description: 'what it is called, such as ci or alice: unique among those not revoked' },
  options: [
    new Option('--role <role>', 'what it may do').choices(ROLE_NAMES).makeOptionMandatory(),
    new Option('--scep-profile <name...>', 'good for these SCEP profiles only, and what belongs to them'),
    new Option('--ra-profile <name...>', 'good for these RA profiles only, and what belongs to them'),
    new Option('--ttl <duration>', 'how long it lasts: 1h, 7d (default: 90d)'),
    new Option('--no-expiry', 'it lasts until it is revoked'),
    serverOption(),
  ],
  examples: [
    'chancery token create ci --role enroller --ttl 30d',
    'chancery token create alice --role approver',
    'chancery token create helpdesk --role operator --scep-profile printers phones',
    'CHANCERY_TOKEN=$(chancery token create backup --role auditor --no-expiry 2>/dev/null)',
  ],
  next: 'put it into CHANCERY_TOKEN for "--server URL", or send it as "Authorization: Bearer …".',
  epilogue: ['Roles:', ...ROLE_NAMES.map((role) => `  ${role.padEnd(13)}  ${ROLE_MEANINGS[role]}`)].join('\n'),
  async run(options, terminal, name) {
    const body: NewToken = { name, role: options.role, ...scopeOf(options), ...lifeOf(options) }
    const client = await connect(options.server, terminal)
    const created = await client.call(createToken, { body })
    if (options.json) {
      terminal.out(`${JSON.stringify(created, null, 2)}\n`)
      return EXIT.ok.code
    }
    const { token, role, scope, expiresAt, uuid } = created
    terminal.out(`${token}\n`)
    const until = expiresAt === null ? 'until it is revoked' : `until ${expiresAt}`
    terminal.err(
      `"${printable(created.name)}" of role ${role} (${ROLE_MEANINGS[options.role]}) is good ${whereText(scope)}${until}. It is not shown again.\n`,
    )
    terminal.err(`Revoke it with: chancery token revoke ${uuid}\n`)
    return EXIT.ok.code
  },
}

function scopeOf({ scepProfile = [], raProfile = [] }: CreateOptions): Pick<NewToken, 'scope'> {
  if (scepProfile.length + raProfile.length === 0) return {}
  return { scope: { scepProfiles: [...scepProfile], raProfiles: [...raProfile] } }
}

function whereText(scope: Token['scope']): string {
  return scope === null ? '' : `for ${scopeText(scope)}, `
}

function lifeOf({ ttl, expiry }: CreateOptions): Pick<NewToken, 'ttlSeconds'> {
  if (expiry) return ttl === undefined ? {} : { ttlSeconds: parseDuration(ttl) }
  if (ttl !== undefined) throw new CliFailure('failed', 'Give --ttl or --no-expiry, not both.')
  return { ttlSeconds: null }
}
