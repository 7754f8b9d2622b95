import { APPROVER_ROLES, type ApproverRole, type RaProfileUpdate, updateRaProfile } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import { parseDays } from '../terminal/duration.ts'
import type { VerbDefinition } from '../verb.ts'
import { findRaProfile, raProfileArgument } from './find.ts'
import { raProfileLines } from './lines.ts'
import { type TemplateOptions, templateOf, templateOptions } from './template-options.ts'

interface SetOptions extends TemplateOptions {
  readonly server?: string
  readonly approval?: keyof typeof APPROVAL
  readonly approvalExpiry?: string
  readonly approvals?: string
  readonly approvalRole?: ApproverRole | 'any'
}

/** Who needs a person's consent. */
const APPROVAL = {
  none: { approvalRequired: false },
  required: { approvalRequired: true, approvalOfRenewals: true },
  'first-enrolments': { approvalRequired: true, approvalOfRenewals: false },
} as const satisfies Record<string, RaProfileUpdate>

export const setRaProfileVerb: VerbDefinition<SetOptions> = {
  name: 'set',
  summary: 'change an RA profile',
  description:
    'Changes what is named and leaves the rest as it is. It counts from the next request on; what waits already goes on waiting, and who must agree to it is decided by the rule of then.',
  argument: raProfileArgument,
  options: [
    new Option('--approval <who>', 'for which requests a person must agree').choices(Object.keys(APPROVAL)),
    new Option('--approval-expiry <days>', 'how long a request waits for a decision, such as 14d'),
    new Option('--approvals <n>', 'how many must agree, each of them another caller: 1 to 5'),
    new Option('--approval-role <role>', 'whose consent counts; an administrator counts as each of them').choices([
      ...APPROVER_ROLES,
      'any',
    ]),
    ...templateOptions(),
    serverOption(),
  ],
  examples: [
    'chancery ra-profile set --approval required --approval-expiry 14d',
    'chancery ra-profile set --approval first-enrolments',
    'chancery ra-profile set --approvals 2 --approval-role approver',
    'chancery ra-profile set --approval none',
    "chancery ra-profile set --subject-template 'CN={request.CN},OU=Printers,O=Example' --dns-pattern '*.example.com'",
    'chancery ra-profile set printers --template printers.yaml --validity 90d',
  ],
  next: '"chancery ra-profile check" says what a request would get; "chancery approval list" lists what waits.',
  async run({ server, json, ...options }, terminal, argument) {
    const template = await templateOf(options, terminal)
    const body = { ...bodyOf(options), ...(template !== undefined && { template }) }
    if (Object.keys(body).length === 0) {
      throw new CliFailure('failed', 'There is nothing to change.', {
        nextStep: 'See "chancery ra-profile set --help".',
      })
    }
    const client = await connect(server, terminal)
    const { uuid } = await findRaProfile(client, argument || 'default')
    const profile = await client.call(updateRaProfile, { params: { uuid }, body })
    terminal.out(json ? `${JSON.stringify(profile, null, 2)}\n` : `${raProfileLines(profile).join('\n')}\n`)
    return EXIT.ok.code
  },
}

function bodyOf({ approval, approvalExpiry, approvals, approvalRole }: SetOptions): RaProfileUpdate {
  if (approvals !== undefined && !/^[0-9]{1,9}$/.test(approvals)) {
    throw new CliFailure('failed', `--approvals wants a whole number, not "${approvals}".`)
  }
  return {
    ...(approval !== undefined && APPROVAL[approval]),
    ...(approvalExpiry !== undefined && { approvalExpiry: parseDays(approvalExpiry) }),
    ...(approvals !== undefined && { approvalsNeeded: Number(approvals) }),
    ...(approvalRole !== undefined && { approvalRole: approvalRole === 'any' ? null : approvalRole }),
  }
}
