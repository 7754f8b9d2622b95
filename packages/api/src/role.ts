import { PERMISSIONS, type Permission } from './permission.ts'

const READS = PERMISSIONS.filter((permission) => permission.endsWith('.read'))
/** What tells about people and about the whole set-up. */
const CONFIDENTIAL: readonly Permission[] = ['token.read', 'user.read', 'session.read', 'audit.read', 'setup.read']
const VIEWS = READS.filter((permission) => !CONFIDENTIAL.includes(permission))
const CHALLENGES = ['challenge.read', 'challenge.create', 'challenge.revoke'] as const satisfies readonly Permission[]

/** What a caller is, as a list of what it may do. */
export const ROLES = {
  /** Whoever is beside the server, or has its CHANCERY_ADMIN_TOKEN. */
  administrator: PERMISSIONS,
  auditor: READS,
  approver: [...VIEWS, 'approval.decide'],
  operator: [...new Set([...VIEWS, ...CHALLENGES]), 'certificate.issue', 'certificate.revoke', 'job.run'],
  viewer: VIEWS,
  /** For systems that hand challenges out to devices. */
  enroller: [...CHALLENGES, 'scepProfile.read'],
} as const satisfies Record<string, readonly Permission[]>

export type Role = keyof typeof ROLES

/** One line each, for lists and forms. */
export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  administrator: 'may do everything',
  auditor: 'may read everything, also the audit log and who has access, and change nothing',
  approver: 'may read services and certificates, and decide about requests that wait',
  operator: 'may read services and certificates, hand out challenges, issue and revoke certificates, and start jobs',
  viewer: 'may read services and certificates, and change nothing',
  enroller: 'may make, list and revoke challenges',
}

export const ROLE_NAMES = Object.keys(ROLES) as Role[]

/** Whose consent may be asked for where a person must agree: those who may decide at all. */
export const APPROVER_ROLES = ['administrator', 'approver'] as const satisfies readonly Role[]
export type ApproverRole = (typeof APPROVER_ROLES)[number]

/** Whether a name, of a row that an older or newer version wrote perhaps, is that of a role. */
export function isRole(name: string): name is Role {
  return Object.hasOwn(ROLES, name)
}

export function mayRole(role: Role, permission: Permission): boolean {
  return (ROLES[role] as readonly Permission[]).includes(permission)
}
