import type { IntuneRule } from '@chancery/ra'
import { expect, test } from 'vitest'
import { testConnection } from './connection-test.ts'
import { type Answer, listed, SCEP_URI, SECRET, scriptedMicrosoft, settings } from './scripted-microsoft.ts'

const jwt = (roles: unknown): string => {
  const claims = Buffer.from(JSON.stringify({ aud: 'x', ...(roles === undefined ? {} : { roles }) })).toString(
    'base64url',
  )
  return `header.${claims}.signature`
}
const token = (...roles: string[]): Answer => tokenOf(jwt(roles.length === 0 ? undefined : roles))
const tokenOf = (access_token: string): Answer => ({ body: { token_type: 'Bearer', expires_in: 3599, access_token } })
const GRAPH = token('Application.Read.All')
const INTUNE = token('scep_challenge_provider')
const refused = (number: number): Answer => ({ status: 401, body: { error: 'invalid_client', error_codes: [number] } })

function setUp(changes: Partial<IntuneRule> = {}, key: string | undefined = SECRET) {
  const microsoft = scriptedMicrosoft()
  const verdicts = async () => {
    const { steps } = await testConnection(settings(changes, key), microsoft.connections)
    return steps.map(({ step, verdict }) => `${step} ${verdict}`)
  }
  const run = () => testConnection(settings(changes, key), microsoft.connections)
  return { ...microsoft, run, verdicts }
}

const PASSED = ['settings', 'graphToken', 'discovery', 'intuneToken', 'validation', 'revocation'].map(
  (step) => `${step} passed`,
)

test('a connection that works passes every step, and the permissions are listed', async () => {
  const { run, script, contacts } = setUp()
  script('token', GRAPH, GRAPH, INTUNE)
  const { steps, roles } = await run()
  expect(steps.map(({ step, verdict }) => `${step} ${verdict}`)).toEqual(PASSED)
  expect(roles).toEqual({ graph: ['Application.Read.All'], intune: ['scep_challenge_provider'] })
  expect(JSON.stringify(steps)).not.toContain('signature')
  expect(JSON.stringify(steps)).not.toContain(SECRET)
  expect(contacts).toEqual([])
})

test('a profile without a credential goes no further', async () => {
  const { verdicts, sent } = setUp({}, '')
  expect(await verdicts()).toEqual([
    'settings failed',
    ...PASSED.slice(1).map((text) => text.replace('passed', 'skipped')),
  ])
  expect(sent).toEqual([])
})

test.each([
  [7000215, /secret is wrong/],
  [7000222, /secret has expired/],
  [700016, /not in this tenant/],
  [90002, /tenant is not known/],
  [700027, /not registered/],
  [500011, /Intune was never activated/],
])('AADSTS%i is said in words where the first token is refused', async (number, sentence) => {
  const { run, script, at } = setUp()
  script('token', refused(number))
  const { steps } = await run()
  expect(steps[1]).toMatchObject({ verdict: 'failed', sentence: expect.stringMatching(sentence) })
  expect(steps.slice(2).map(({ verdict }) => verdict)).toEqual(['skipped', 'skipped', 'skipped', 'skipped'])
  expect(at('token')).toHaveLength(1)
})

test('I-8-33 consent for Graph that is missing is said, after it was looked for again', async () => {
  const { run, script, pauses, at } = setUp()
  script('discovery', ...Array.from({ length: 6 }, () => ({ status: 403 })))
  const { steps } = await run()
  expect(steps[2]).toMatchObject({ verdict: 'failed', sentence: expect.stringMatching(/Application\.Read\.All/) })
  expect(pauses).toEqual([2000, 4000])
  expect(at('discovery')).toHaveLength(6)
})

test('I-8-33 consent that reaches the tokens meanwhile counts', async () => {
  const { verdicts, script, pauses } = setUp()
  script('token', GRAPH, GRAPH, token(), INTUNE)
  expect(await verdicts()).toEqual(PASSED)
  expect(pauses).toEqual([2000])
})

test('I-8-15 a token for Intune without the permission is said to lack it', async () => {
  const { run, script } = setUp()
  script('token', GRAPH, GRAPH, token(), token(), token())
  const { steps, roles } = await run()
  expect(steps[3]).toMatchObject({
    verdict: 'failed',
    sentence: expect.stringMatching(/with no permission, but not with scep_challenge_provider\. Give the application/),
  })
  expect(steps.slice(4).map(({ verdict }) => verdict)).toEqual(['passed', 'passed'])
  expect(roles.intune).toEqual([])
})

test('a token that cannot be read is no fault of the connection', async () => {
  const { verdicts, script } = setUp()
  script('token', tokenOf('opaque'), tokenOf('opaque'), tokenOf('opaque'))
  expect(await verdicts()).toEqual(
    PASSED.map((text) => (text.startsWith('intuneToken') ? 'intuneToken warning' : text)),
  )
})

test('services that are missing are said, each for itself', async () => {
  const { run, script } = setUp()
  script('token', GRAPH, GRAPH, INTUNE)
  script('discovery', {
    body: { value: [listed('PkiConnectorFEService', undefined), listed('X', 'https://x.example')] },
  })
  const { steps } = await run()
  expect(steps.slice(4)).toEqual([
    {
      step: 'validation',
      verdict: 'failed',
      sentence: expect.stringMatching(/no ScepRequestValidationFEService\. Check that Intune is licensed/),
    },
    { step: 'revocation', verdict: 'failed', sentence: expect.stringMatching(/no PkiConnectorFEService/) },
  ])
})

test('a service at a host that is unknown is a warning, unless the cloud is one of its own', async () => {
  const odd = {
    body: {
      value: [
        listed('ScepRequestValidationFEService', 'https://fef.example/a'),
        listed('PkiConnectorFEService', SCEP_URI),
      ],
    },
  }
  const { verdicts, script } = setUp()
  script('token', GRAPH, GRAPH, INTUNE)
  script('discovery', odd)
  expect((await verdicts()).slice(4)).toEqual(['validation warning', 'revocation passed'])
  const endpoints = {
    authorityUrl: 'https://a.example',
    graphUrl: 'https://b.example',
    resourceUrl: 'https://c.example',
  }
  const own = setUp({ cloud: 'custom', endpoints })
  own.script('token', GRAPH, GRAPH, INTUNE)
  own.script('discovery', odd)
  expect(await own.verdicts()).toEqual(PASSED)
})

test('a network that is down is said with the host', async () => {
  const { run, script } = setUp()
  const down = new Error('getaddrinfo ENOTFOUND login.microsoftonline.com')
  script('token', down, down)
  const { steps } = await run()
  expect(steps[1]?.sentence).toBe(
    'The sign-in service does not answer at login.microsoftonline.com: getaddrinfo ENOTFOUND login.microsoftonline.com. Check network, proxy and firewall.',
  )
})
