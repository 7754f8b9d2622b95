import { PERMISSIONS, type Permission } from './permission.ts'

const READS = PERMISSIONS.filter((permission) => permission.endsWith('.read'))

/** What a caller is, as a list of what it may do. */
export const ROLES = {
  /** Whoever is beside the server, or has its CHANCERY_ADMIN_TOKEN. */
  administrator: PERMISSIONS,
  auditor: READS,
  /** For systems that hand challenges out to devices. */
  enroller: ['challenge.create', 'challenge.read', 'challenge.revoke', 'scepProfile.read'],
  approver: [...READS, 'approval.decide'],
} as const satisfies Record<string, readonly Permission[]>

export type Role = keyof typeof ROLES

/** One line each, for lists and forms. */
export const ROLE_MEANINGS: Readonly<Record<Role, string>> = {
  administrator: 'may do everything',
  auditor: 'may read everything, and change nothing',
  enroller: 'may make, list and revoke challenges',
  approver: 'may read everything, and decide about requests that wait',
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
