import { type Grant, ROLE_MEANINGS, ROLE_NAMES, type Role } from '@chancery/api'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'

export interface GrantOptions {
  readonly role?: Role
  readonly scepProfile?: readonly string[]
  readonly raProfile?: readonly string[]
}

export function grantOptions(): Option[] {
  return [
    new Option('--role <role>', 'what the user may do').choices(ROLE_NAMES),
    new Option('--scep-profile <name...>', 'with these SCEP profiles only, and what belongs to them'),
    new Option('--ra-profile <name...>', 'with these RA profiles only, and what belongs to them'),
  ]
}

export const ROLES_TEXT = ['Roles:', ...ROLE_NAMES.map((role) => `  ${role.padEnd(13)}  ${ROLE_MEANINGS[role]}`)].join(
  '\n',
)

/** @throws {CliFailure} profiles without a role */
export function grantsOf({ role, scepProfile = [], raProfile = [] }: GrantOptions): Grant[] | undefined {
  const isScoped = scepProfile.length + raProfile.length > 0
  if (role === undefined) {
    if (isScoped) throw new CliFailure('failed', 'Give --role with the profiles that it is good for.')
    return undefined
  }
  return [isScoped ? { role, scope: { scepProfiles: [...scepProfile], raProfiles: [...raProfile] } } : { role }]
}
