import type { RaProfile, ScepActivation, ScepProfile } from '@chancery/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { run } from '../../apps/cli/src/run.ts'
import { testTerminal } from '../../apps/cli/src/testing/test-terminal.ts'
import { addAuthority } from '../../apps/server/src/admin/testing/second-authority.ts'
import { type TestApp, testApp } from '../../apps/server/src/testing/test-app.ts'

const TOKEN = 'a-token-for-tests-of-more-than-32-characters'

let server: TestApp
let url: string
beforeAll(async () => {
  server = await testApp({ CHANCERY_ADMIN_TOKEN: TOKEN })
  url = await server.app.listen({ host: '127.0.0.1', port: 0 })
  await addAuthority(server.store)
})
afterAll(() => server.close())

/** One command line against the server, as a person types it. */
async function chancery(...args: string[]) {
  const terminal = testTerminal({ env: { CHANCERY_TOKEN: TOKEN } })
  const code = await run([...args, '--server', url], terminal)
  return { code, out: terminal.stdout(), err: terminal.stderr() }
}
const json = async <T>(...args: string[]) => JSON.parse((await chancery(...args, '--json')).out) as T

test('a service is made, switched on, switched off and deleted with the verbs alone', async () => {
  expect((await chancery('ra-profile', 'create', 'printers', '--authority', 'plant')).out).toMatch(/^enabled +no$/m)
  expect((await chancery('ra-profile', 'enable', 'printers')).out).toMatch(/^enabled +yes$/m)
  const made = await chancery('profile', 'create', 'printers', '--ra-profile', 'printers', '--renew-ra-before', '30d')
  expect(made).toMatchObject({ code: 0, out: 'SCEP profile printers was made, and is disabled.\n' })
  expect(await json<ScepProfile>('profile', 'show', 'printers')).toMatchObject({
    raProfile: { name: 'printers' },
    caCertificate: { issuer: 'CN=plant CA' },
    raCertificate: { renewBeforeDays: 30 },
    problems: ['SCEP profile "printers" is disabled.'],
  })
  expect(await chancery('profile', 'enable', 'printers')).toMatchObject({
    code: 0,
    out: 'SCEP profile printers is enabled.\n',
    err: '',
  })
  const path = '/api/v1/protocols/scep/raProfile/printers/pkiclient.exe'
  const activated = await json<ScepActivation>('ra-profile', 'activate', 'printers', '--profile', 'printers')
  expect(activated).toMatchObject({ name: 'printers', url: expect.stringContaining(path) })
  expect((await fetch(`${url}${path}?operation=GetCACert`)).status).toBe(200)

  expect((await chancery('profile', 'list')).out).toMatch(/^printers +served +one-time +printers$/m)
  expect((await chancery('ra-profile', 'list')).out).toMatch(/^printers +plant +enabled +SCEP$/m)
  expect(await json<RaProfile[]>('ra-profile', 'list')).toHaveLength(2)

  const used = await chancery('profile', 'delete', 'printers')
  expect([used.code, used.err]).toEqual([
    1,
    expect.stringMatching(/switched on with it for RA profile "printers"[\s\S]*--force/),
  ])
  expect((await chancery('profile', 'delete', 'printers', '--force', '--yes')).out).toContain('was deleted')
  expect((await chancery('ra-profile', 'delete', 'printers')).out).toBe('RA profile printers was deleted.\n')
  expect(await json<ScepProfile[]>('profile', 'list')).toHaveLength(1)
})

test.each([
  [['profile', 'disable', 'default'], 'are refused until it is enabled again'],
  [['profile', 'delete', 'default', '--force'], 'Nothing answers any more'],
  [['profile', 'set', 'default', '--challenge-kind', 'none'], 'everybody who reaches the server gets a certificate'],
  [['profile', 'set', 'default', '--ra-profile', ''], 'Nothing answers any more at the address of SCEP profile'],
  [['ra-profile', 'disable', 'default'], 'are refused until it is enabled again'],
  [['ra-profile', 'deactivate', 'default'], 'Nothing answers any more at the address of RA profile'],
])('%j says whom it strands and changes nothing without --yes', async (args, sentence) => {
  const before = server.store.configuration.version()
  const answer = await chancery(...args)
  expect([answer.code, answer.err]).toEqual([1, expect.stringContaining(sentence)])
  expect(answer.err).toContain('Add --yes')
  expect(server.store.configuration.version()).toBe(before)
})

test('with --yes it is done, and can be taken back', async () => {
  expect(await chancery('profile', 'disable', 'default', '--yes')).toMatchObject({
    code: 0,
    out: 'SCEP profile default is disabled.\n',
    err: expect.stringContaining('not served: SCEP profile "default" is disabled.'),
  })
  await chancery('profile', 'enable', 'default')
  await chancery('ra-profile', 'deactivate', 'default', '--yes')
  expect((await chancery('ra-profile', 'show', 'default')).out).toMatch(/^protocols +none/m)
  await chancery('ra-profile', 'activate', 'default')
  expect((await chancery('ra-profile', 'show', 'default')).out).toMatch(/^protocols +SCEP$/m)
})

test('another profile answers the usual addresses once that is insisted upon', async () => {
  await chancery('profile', 'create', 'phones', '--authority', 'default', '--enable')
  expect((await chancery('profile', 'default', 'phones')).code).toBe(1)
  expect((await chancery('profile', 'default', 'phones', '--yes')).code).toBe(0)
  expect((await chancery('profile', 'list')).out).toMatch(/^phones \* /m)
})

test('without a hint which authority is to issue the RA certificate of a new profile, that is asked', async () => {
  const answer = await chancery('profile', 'create', 'cameras')
  expect([answer.code, answer.err]).toEqual([1, expect.stringMatching(/Which authority[\s\S]*--authority/)])
})
