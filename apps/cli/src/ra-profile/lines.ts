import type { RaProfile } from '@chancery/api'
import { printable } from '../terminal/printable.ts'
import { templateRows } from './template-lines.ts'

/** An RA profile as a person reads it. */
export function raProfileLines(profile: RaProfile): string[] {
  const { name, description, authorityInstanceName, enabled, enabledProtocols, approvalExpiry } = profile
  const rows: readonly (readonly [string, string])[] = [
    ['name', name],
    ['description', description ?? ''],
    ['authority', authorityInstanceName],
    [
      'protocols',
      enabledProtocols.length === 0 ? 'none: SCEP is not switched on at its URL' : enabledProtocols.join(', '),
    ],
    ['enabled', enabled ? 'yes' : 'no'],
    ['approval', approval(profile)],
    ['agreement', agreement(profile)],
    ['expiry', `what nobody decides upon is over after ${approvalExpiry} days`],
    ...templateRows(profile.template),
  ]
  return rows.map(([label, value]) => `${label.padEnd(11)}  ${printable(value)}`)
}

function approval({ approvalRequired, approvalOfRenewals }: RaProfile): string {
  if (!approvalRequired) return 'none: what keeps the rules is issued at once'
  return approvalOfRenewals ? 'a person must agree to every request' : 'a person must agree to first enrolments'
}

function agreement({ approvalsNeeded, approvalRole }: RaProfile): string {
  const who = approvalRole === null ? 'anybody who may decide' : `of the role ${approvalRole}`
  return approvalsNeeded === 1 ? `of one, ${who}` : `of ${approvalsNeeded} different callers, ${who}`
}
