import { expect, test } from 'vitest'
import { claimValues, grantsFor } from './roles.ts'
import { readOidc } from './settings.ts'
import { namesFor } from './user.ts'

const GOOD = {
  CHANCERY_OIDC_ISSUER: 'https://login.example/realm',
  CHANCERY_OIDC_CLIENT_ID: 'chancery',
  CHANCERY_OIDC_ROLES: 'cn=admins,ou=groups=administrator; helpdesk = operator @ printers,scep:phones,ra:tls',
}

function read(settings: Parameters<typeof readOidc>[0]) {
  const faults: string[] = []
  return { oidc: readOidc(settings, (fault) => faults.push(fault)), faults }
}

test('values lead to roles, everywhere or for some profiles, and may have "=" in them', () => {
  const { oidc, faults } = read(GOOD)
  expect(faults).toEqual([])
  expect(oidc).toMatchObject({ scopes: 'openid profile email', roleClaim: 'groups', clientSecret: undefined })
  expect(grantsFor(['cn=admins,ou=groups', 'helpdesk', 'other'], { roles: oidc?.roles ?? [] })).toEqual([
    { role: 'administrator' },
    { role: 'operator', scope: { scepProfiles: ['printers', 'phones'], raProfiles: ['printers', 'tls'] } },
  ])
})

test('nothing configured is no fault, and every fault is told at once, without values', () => {
  expect(read({})).toEqual({ oidc: undefined, faults: [] })
  const { faults } = read({
    CHANCERY_OIDC_ISSUER: 'http://127.evil.example',
    CHANCERY_OIDC_CLIENT_SECRET: 'one',
    CHANCERY_OIDC_CLIENT_SECRET_FILE: '/nowhere',
    CHANCERY_OIDC_SCOPES: 'profile',
    CHANCERY_OIDC_ROLES: 'a=root; b=operator@; =viewer',
  })
  expect(faults).toHaveLength(7)
  expect(faults.join()).not.toMatch(/evil|one,|root/)
  expect(read({ CHANCERY_OIDC_ROLES: 'a=viewer' }).faults).toEqual([
    expect.stringContaining('CHANCERY_OIDC_ISSUER: missing'),
  ])
})

test.each(['http://localhost:8080', 'http://127.0.0.1:1/x', 'http://[::1]:2'])(
  'on this machine %s is taken',
  (issuer) => {
    expect(read({ ...GOOD, CHANCERY_OIDC_ISSUER: issuer }).faults).toEqual([])
  },
)

test.each([
  [{ groups: ['a', 7, 'b'] }, 'groups', ['a', 'b']],
  [{ groups: 'a' }, 'groups', ['a']],
  [{ realm_access: { roles: ['a'] } }, 'realm_access.roles', ['a']],
  [{ 'https://x.example/roles': ['a'] }, 'https://x.example/roles', ['a']],
  [{ groups: { length: 1 } }, 'groups.length.x', undefined],
  [{}, 'constructor.name', undefined],
  [{ groups: null }, 'groups', undefined],
])('of %j the claim %s says %j', (claims, path, expected) => {
  expect(claimValues(claims, path)).toEqual(expected)
})

test.each([
  [{ preferred_username: 'Zoë Élan' }, 'zoe-elan'],
  [{ email: 'A.B@Example.com' }, 'a.b@example.com'],
  [{ preferred_username: '///' }, 'sub-1'],
  [{ preferred_username: 'expiry' }, 'expiry-1'],
  [{ preferred_username: 'x'.repeat(300) }, 'x'.repeat(100)],
])('whoever has %j is named %s', (claims, name) => {
  const names = namesFor({ issuer: 'https://i', subject: 'sub-1', claims })
  expect(names.next().value).toBe(name)
  expect(names.next().value).toBe(`${name.slice(0, 96)}-2`.replace('expiry-1-2', 'expiry-2'))
})
