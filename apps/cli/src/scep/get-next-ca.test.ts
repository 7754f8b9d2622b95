import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildSignedData, certsOnly, decodePem, softwareSigningKey } from '@chancery/pki'
import { afterEach, expect, test } from 'vitest'
import { type MockCaScript, mockCa, newHolder } from '../testing/mock-ca.ts'
import { type MockIdentity, schemeOf } from '../testing/mock-message.ts'
import { type Scene, scene } from '../testing/scene.ts'

const CAPABILITIES = 'AES\nSHA-256\nPOSTPKIOperation\nRenewal\nGetNextCACert\nSCEPStandard\n'
const { root, ra } = mockCa()
const SOON = new Date(Date.now() + 86_400_000)
const next = newHolder('CN=Mock Root 2,O=Test', ['keyCertSign', 'cRLSign'], undefined)
const nextRa = newHolder('CN=Mock RA 2', ['digitalSignature', 'keyEncipherment'], next)

let here: Scene
afterEach(() => here.close())

/** A device that has enrolled at the current CA. */
async function start(script: MockCaScript): Promise<void> {
  here = await scene({ capabilities: CAPABILITIES, ...script })
  expect(await here.enrol()).toMatchObject({ code: 0 })
}

function announcement(by: MockIdentity, eContent?: Buffer, certificates: Buffer[] = []): Promise<Buffer> {
  const scheme = schemeOf(by)
  const signer = { certificate: by.certificate, key: softwareSigningKey(by.privateKey), scheme }
  return buildSignedData({ ...(eContent && { eContent }), digest: 'sha256', signer, attributes: [], certificates })
}

const nested = certsOnly([nextRa.certificate.der, next.certificate.der])
const getNextCa = (...args: string[]) => here.scep(['get-next-ca', here.url, '--in', here.out, ...args])

test('S-4.7.1-04 S-4.1-03 get-next-ca keeps what the current CA has signed as next-ca.pem', async () => {
  await start({ nextCa: await announcement(root, nested) })
  const outcome = await getNextCa('--json')
  expect(outcome.code).toBe(0)
  expect(decodePem(here.read('next-ca.pem'), 'CERTIFICATE')).toEqual([nextRa.certificate.der, next.certificate.der])
  expect(JSON.parse(outcome.stdout)).toMatchObject({ signed: true, certificates: [{ ca: false }, { ca: true }] })
  expect(here.server.seen.at(-1)).toMatchObject({ method: 'GET', query: 'operation=GetNextCACert' })
})

test('S-4.7.1-09 one that is not valid yet is kept, and the current CA stays in use', async () => {
  const late = newHolder('CN=Mock Root 3,O=Test', ['keyCertSign'], undefined, undefined, SOON)
  await start({ nextCa: await announcement(root, certsOnly([late.certificate.der])) })
  const outcome = await getNextCa()
  expect(outcome.code).toBe(0)
  expect(outcome.stderr).toContain('until then the current CA stays in use')
  expect(await here.scep(['renew', here.url, '--in', here.out])).toMatchObject({ code: 0 })
  expect(here.certificate().issuer.der).toEqual(root.certificate.subject.der)
})

test.each([
  ['S-4.7.1-04 signed by a stranger', () => announcement(next, nested)],
  ['S-4.7.1-04 signed by the RA', () => announcement(ra, nested)],
  ['S-4.7.1-05 signed by nobody', async () => nested],
  ['S-4.7.1-06 with the new CA beside the signature only', () => announcement(root, undefined, [next.certificate.der])],
  [
    'D-4.6-01 with an RA of the old CA',
    () => announcement(root, certsOnly([ra.certificate.der, next.certificate.der])),
  ],
])('%s it ends with 4 and nothing is stored', async (_, make) => {
  await start({ nextCa: await make() })
  expect(await getNextCa()).toMatchObject({ code: 4, stdout: '' })
  expect(here.files()).not.toContain('next-ca.pem')
})

test('S-4.7.1-06 --unsigned-bag takes it from there, and says that it proves nothing', async () => {
  await start({ nextCa: await announcement(root, undefined, [next.certificate.der]) })
  const outcome = await getNextCa('--unsigned-bag')
  expect(outcome.code).toBe(0)
  expect(outcome.stderr).toContain('nothing proves')
})

test('S-4.7.1-08 a server that does not offer it is not asked, unless forced', async () => {
  await start({ capabilities: 'SCEPStandard\n', nextCa: await announcement(root, nested) })
  const asked = here.server.seen.length
  const outcome = await getNextCa()
  expect(outcome.code).toBe(1)
  expect(outcome.stderr).toContain('GetNextCACert')
  expect(here.server.seen.slice(asked).some(({ query }) => query.includes('GetNextCACert'))).toBe(false)
  expect(await getNextCa('--force')).toMatchObject({ code: 0 })
})

test('S-2.2-03 the current CA must be known; nothing is asked without', async () => {
  await start({ nextCa: await announcement(root, nested) })
  const asked = here.server.seen.length
  expect(await here.scep(['get-next-ca', here.url])).toMatchObject({ code: 1 })
  expect(here.server.seen).toHaveLength(asked)
  const args = ['--ca-fingerprint', 'ab'.repeat(32)]
  expect(await here.scep(['get-next-ca', here.url, ...args])).toMatchObject({ code: 5 })
  expect(await here.scep(['get-next-ca', here.url, '--ca', join(here.out, 'ca.pem')])).toMatchObject({ code: 0 })
})

test('S-5.1-02 after the change of the CA a renewal goes on, by next-ca.pem, and not without it', async () => {
  await start({ nextCa: await announcement(root, nested) })
  expect(await getNextCa()).toMatchObject({ code: 0 })
  const kept = here.read('next-ca.pem')
  const files = ['key.pem', 'cert.pem', 'ca.pem'].map((name) => [name, here.read(name)] as const)
  await here.close()
  here = await scene({ capabilities: CAPABILITIES, holders: { root: next, ra: nextRa } })
  expect(await here.enrol()).toMatchObject({ code: 0 })
  for (const [name, content] of files) writeFileSync(join(here.out, name), content)
  const renew = () => here.scep(['renew', here.url, '--in', here.out])
  expect(await renew()).toMatchObject({ code: 5 })
  writeFileSync(join(here.out, 'next-ca.pem'), kept)
  expect(await renew()).toMatchObject({ code: 0 })
  expect(here.certificate().issuer.der).toEqual(next.certificate.subject.der)
  expect(decodePem(here.read('ca.pem'), 'CERTIFICATE')).toContainEqual(next.certificate.der)
})
