import { expect, test } from 'vitest'
import { PERMISSIONS } from './permission.ts'
import { APPROVER_ROLES, isRole, mayRole, ROLE_NAMES, type Role } from './role.ts'

const allowed = (role: Role) => PERMISSIONS.filter((permission) => mayRole(role, permission))

test('an administrator may do everything', () => {
  expect(allowed('administrator')).toEqual([...PERMISSIONS])
})

test('an auditor may read everything, the contract too, and change nothing', () => {
  expect(allowed('auditor')).toEqual(PERMISSIONS.filter((permission) => /\.read$/.test(permission)))
})

test('an enroller may deal in challenges and find the profile, and no more', () => {
  expect(allowed('enroller').toSorted()).toEqual([
    'challenge.create',
    'challenge.read',
    'challenge.revoke',
    'scepProfile.read',
  ])
})

test('an approver may decide, and otherwise only what an auditor may', () => {
  expect(allowed('approver').filter((permission) => !mayRole('auditor', permission))).toEqual(['approval.decide'])
})

test('whose consent may be asked for may give it', () => {
  expect([...APPROVER_ROLES]).toEqual(ROLE_NAMES.filter((role) => mayRole(role, 'approval.decide')))
})

test('only a role is one, whatever a row says', () => {
  expect(ROLE_NAMES.every(isRole)).toBe(true)
  for (const name of ['root', '', 'toString', '__proto__', 'Administrator']) expect(isRole(name)).toBe(false)
})
