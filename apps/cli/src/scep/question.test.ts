import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { certsOnly, decodePem, der, issuerAndSerialNumber, parseCrl, verifyCrl } from '@chancery/pki'
import { afterEach, expect, test } from 'vitest'
import { emptyCrl, type MockCaScript, newHolder } from '../testing/mock-ca.ts'
import { type Scene, scene } from '../testing/scene.ts'

const CHALLENGE = 'S3CRET-CHALLENGE'
const GIVEN = { env: { CHANCERY_CHALLENGE: CHALLENGE } }

let here: Scene
afterEach(() => here.close())

/** A device that has enrolled. */
async function start(script: MockCaScript = {}, ...options: string[]): Promise<void> {
  here = await scene({ passwords: [CHALLENGE], ...script })
  expect(await here.enrol(options, GIVEN)).toMatchObject({ code: 0 })
}

test('S-3.3.4-01 get-cert asks for the own certificate by issuer and serial number, signed with it', async () => {
  await start()
  const outcome = await here.scep(['get-cert', here.url, '--in', here.out])
  expect(outcome.code).toBe(0)
  const own = here.certificate()
  expect(decodePem(outcome.stdout, 'CERTIFICATE')).toEqual([own.der])
  const message = here.ca.messages.at(-1)
  expect(message).toMatchObject({ messageType: '21', content: issuerAndSerialNumber(own) })
  expect(message?.signer.der).toEqual(own.der)
})

test('get-cert --serial asks for another one, of the same CA, and takes no other', async () => {
  await start()
  const outcome = await here.scep(['get-cert', here.url, '--in', here.out, '--serial', '0xFF:01'])
  expect(outcome.code).toBe(4)
  const serialNumber = Buffer.from([0, 0xff, 1])
  const { issuer } = here.certificate()
  expect(here.ca.messages.at(-1)?.content).toEqual(issuerAndSerialNumber({ issuer, serialNumber }))
})

test('without a certificate get-cert signs with a key made for this, and names the CA', async () => {
  await start()
  const own = here.certificate()
  here.ca.messages.length = 0
  const serial = own.serialNumber.toString('hex')
  const args = ['--serial', serial, '--ca-fingerprint', here.ca.root.certificate.digest().toString('hex')]
  expect(await here.scep(['get-cert', here.url, ...args])).toMatchObject({ code: 4 })
  expect(here.ca.messages[0]?.content).toEqual(
    der.sequence(here.ca.root.certificate.subject.der, der.integer(own.serialNumber)),
  )
  expect(here.ca.messages[0]?.signer.issuer.der).toEqual(here.ca.messages[0]?.signer.subject.der)
})

test.each(['get-cert', 'get-crl'])('S-3.2.1.4-18 a refused %s ends with the code of its failInfo', async (verb) => {
  await start({
    decide: ({ messageType }) => (messageType > '20' ? { status: 'FAILURE', failInfo: '4' } : undefined),
  })
  const outcome = await here.scep([verb, here.url, '--in', here.out, '--json'])
  expect(outcome.code).toBe(14)
  expect(JSON.parse(outcome.stdout)).toMatchObject({ error: 'badCertId', status: 'FAILURE' })
})

test('get-crl prints the CRL of the CA, and --out writes it', async () => {
  await start()
  const file = join(here.out, 'crl.pem')
  const outcome = await here.scep(['get-crl', here.url, '--in', here.out, '--out', file])
  expect(outcome.code).toBe(0)
  expect(outcome.stdout).toContain('not on this list')
  const [bytes] = decodePem(readFileSync(file, 'utf8'), 'X509 CRL') as [Buffer]
  expect(verifyCrl(parseCrl(bytes), here.ca.root.certificate.publicKey)).toBe(true)
  expect(here.ca.messages.at(-1)).toMatchObject({
    messageType: '22',
    content: issuerAndSerialNumber(here.certificate()),
  })
})

test('S-4.6-03 a forged CRL is refused and not written', async () => {
  const forger = newHolder('CN=Mock Root,O=Test', ['keyCertSign', 'cRLSign'], undefined)
  await start({
    decide: ({ messageType }) =>
      messageType === '22' ? { status: 'SUCCESS', content: certsOnly([], [emptyCrl(forger)]) } : undefined,
  })
  const outcome = await here.scep(['get-crl', here.url, '--in', here.out, '--out', join(here.out, 'crl.pem')])
  expect(outcome.code).toBe(4)
  expect(outcome.stderr).toContain('not from the authenticated CA')
  expect(here.files()).not.toContain('crl.pem')
})

test('S-2.7-01 a certificate that says where its CRL is: the place is told, and the server asked only with --force', async () => {
  await start({ crlDistributionPoint: 'http://ca.example/1.crl' })
  const asked = here.server.seen.length
  const outcome = await here.scep(['get-crl', here.url, '--in', here.out])
  expect(outcome.code).toBe(1)
  expect(outcome.stderr).toContain('http://ca.example/1.crl')
  expect(here.server.seen).toHaveLength(asked)
  expect(await here.scep(['get-crl', here.url, '--in', here.out, '--force'])).toMatchObject({ code: 0 })
})

test('S-3.1-P15 an EC key asks under the secret of the endpoint, and not without it', async () => {
  await start({}, '--key-type', 'p-256')
  const messages = here.ca.messages.length
  for (const verb of ['get-cert', 'get-crl']) {
    const refused = await here.scep([verb, here.url, '--in', here.out])
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('the secret of the endpoint')
  }
  expect(here.ca.messages).toHaveLength(messages)
  for (const verb of ['get-cert', 'get-crl']) {
    expect(await here.scep([verb, here.url, '--in', here.out, '--challenge', CHALLENGE])).toMatchObject({ code: 0 })
  }
})
