import { generateKeyPairSync } from 'node:crypto'
import type { IntuneRequest } from '@chancery/connectors'
import { nameFromText, softwareSigningKey } from '@chancery/pki'
import type { Configuration, IntuneRule } from '@chancery/ra'
import { Secret, selfSignedSigner } from '@chancery/scep'
import { expect, test } from 'vitest'
import { NEW_INTUNE } from '../admin/intune/rule.ts'
import { intuneConnections } from './connections.ts'
import { intuneOver } from './intune.ts'

const RULE: IntuneRule = {
  ...NEW_INTUNE,
  tenant: 'example.onmicrosoft.com',
  applicationId: '7d1b0000-0000-4000-8000-000000000002',
  revocationFilter: 'issuer',
}
const profile = (intune: IntuneRule | null = RULE, key = 'secret') => ({
  name: 'corp',
  intune,
  intuneKey: new Secret(key),
})

const ANSWERS: readonly (readonly [RegExp, object])[] = [
  [/token$/, { token_type: 'Bearer', expires_in: 3599, access_token: 'token' }],
  [/endpoints$/, { value: [{ providerName: 'PkiConnectorFEService', uri: 'https://fef.manage.microsoft.com/pki' }] }],
  [/download/, { value: [] }],
]

function setUp() {
  const sent: IntuneRequest[] = []
  const connections = intuneConnections({
    environment: {},
    now: () => new Date(),
    overrides: {},
    onContact: () => undefined,
    send: async (request) => {
      sent.push(request)
      const body = ANSWERS.find(([pattern]) => pattern.test(request.url))?.[1]
      return { status: 200, headers: {}, body: Buffer.from(JSON.stringify(body)) }
    },
  })
  return { intune: intuneOver(connections), sent }
}

async function issuers(...names: string[]): Promise<Configuration['issuers']> {
  const key = softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  return Promise.all(
    names.map(async (name, id) => ({
      id,
      authorityId: 1,
      generation: id,
      state: 'current' as const,
      certificate: (await selfSignedSigner(nameFromText(name), key, new Date())).der,
      chain: [],
      privateKey: { kind: 'elsewhere' as const },
      currentFrom: null,
    })),
  )
}

test('where a tenant is shared, the revocations of each of our issuers are collected, by the name that Intune was told', async () => {
  const { intune, sent } = setUp()
  const ours = await issuers('CN=Device CA 1,O=Example', 'CN=Device CA 1,O=Example', 'CN=Device CA 2,O=Example')
  await intune.revocationSource(profile(), { issuers: ours }).collect()
  const asked = sent.filter(({ url }) => url.includes('download')).map(({ body }) => JSON.parse(String(body)))
  expect(asked.map(({ downloadParameters }) => downloadParameters.issuerName)).toEqual([
    'CN=Device CA 1,O=Example',
    'CN=Device CA 2,O=Example',
  ])
})

test('settings that cannot be used are said by whoever needs them', async () => {
  const { intune } = setUp()
  const china = { ...RULE, cloud: 'china' } as const
  expect(intune.voucherOf(china)).toBeUndefined()
  expect(intune.voucherOf(RULE)).toBe(intune.vouching(profile()).voucher?.key)
  expect(() => intune.revocationSource(profile(null), { issuers: [] })).toThrow('"corp" has no Intune settings')
  expect(() => intune.revocationSource(profile(RULE, ''), { issuers: [] })).toThrow(/no credential/)
  const { steps } = await intune.test({ rule: china, key: new Secret('secret') })
  expect(steps[0]).toMatchObject({ step: 'settings', verdict: 'failed' })
})
