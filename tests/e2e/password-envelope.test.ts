import { execFileSync } from 'node:child_process'
import { generateKeyPairSync, type KeyObject, randomBytes, X509Certificate } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { CreatedChallenge } from '@chancery/api'
import {
  buildCertificationRequest,
  buildSignedData,
  type Certificate,
  der,
  encodePem,
  nameFromText,
  parseCertificate,
  parseSignedData,
  type SigningKey,
  softwareSigningKey,
} from '@chancery/pki'
import { selfSignedSigner } from '@chancery/scep'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admin, allowRenewalAlways, createChallenge, requireApproval, setStaticChallenge } from '../admin.ts'
import { fetchCa, PROFILE_PATH, post } from '../device.ts'
import { startServer, type TestServer } from '../server.ts'

/** Envelopes are sealed and opened by openssl alone; so is the signature of every reply verified. */
const directory = mkdtempSync(join(tmpdir(), 'password-'))
afterAll(() => rmSync(directory, { recursive: true }))

interface EcDevice {
  readonly key: SigningKey
  readonly certificate: Certificate
}

async function ecDevice(privateKey: KeyObject = ecKey()): Promise<EcDevice> {
  const key = softwareSigningKey(privateKey)
  return { key, certificate: await selfSignedSigner(nameFromText('CN=ec-device'), key, new Date()) }
}

const ecKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey

interface Ask {
  readonly device: EcDevice
  readonly ca: Certificate
  readonly csr: Buffer
  /** Seals the request; without one it is encrypted to the certificate of the CA. */
  readonly password?: string
  readonly messageType?: string
  readonly transactionId?: string
}

async function seal({ device, ca, csr, password, messageType = '19', transactionId }: Ask): Promise<Buffer> {
  const to = password === undefined ? [file('ca.pem', encodePem('CERTIFICATE', ca.der))] : ['-pwri_password', password]
  const input = file('csr.der', csr)
  const eContent = openssl('cms', '-encrypt', '-binary', '-outform', 'DER', '-aes128', '-in', input, ...to)
  const attribute = (number: number, value: Buffer) =>
    der.sequence(der.oid(`2.16.840.1.113733.1.9.${number}`), der.set(value))
  return buildSignedData({
    eContent,
    digest: 'sha256',
    signer: { ...device, scheme: { key: 'ec', digest: 'sha256' } },
    attributes: [
      attribute(2, der.printableString(messageType)),
      attribute(5, der.octetString(randomBytes(16))),
      attribute(7, der.printableString(transactionId ?? randomBytes(16).toString('hex'))),
    ],
    certificates: [device.certificate.der],
  })
}

const request = ({ key }: EcDevice, challengePassword?: string): Promise<Buffer> =>
  buildCertificationRequest({
    subject: nameFromText('CN=ec-device'),
    key,
    ...(challengePassword === undefined ? {} : { challengePassword }),
  })

let count = 0
function file(name: string, content: Buffer | string): string {
  const path = join(directory, `${count++}-${name}`)
  writeFileSync(path, content)
  return path
}

function openssl(...args: string[]): Buffer {
  return execFileSync('openssl', args, { stdio: ['ignore', 'pipe', 'pipe'] })
}

/** The issued certificate, opened by openssl with the challenge. */
function opened(reply: Buffer, password: string, ca: readonly Certificate[]): Certificate {
  const anchors = file('anchors.pem', ca.map((one) => encodePem('CERTIFICATE', one.der)).join(''))
  const content = openssl(
    ...['cms', '-verify', '-inform', 'DER', '-in', file('reply.der', reply), '-CAfile', anchors, '-binary'],
    ...['-purpose', 'any'],
  )
  const path = file('envelope.der', content)
  const inner = openssl('cms', '-decrypt', '-inform', 'DER', '-in', path, '-binary', '-pwri_password', password)
  const [certificate] = parseSignedData(inner).certificates
  if (certificate === undefined) throw new Error('no certificate')
  return parseCertificate(certificate)
}

/** pkiStatus and failInfo as they stand in the reply. */
function statusOf(reply: Buffer): string {
  const attributes = parseSignedData(reply).signerInfos[0]?.signedAttributes ?? []
  const text = (number: number) =>
    attributes.find(({ oid }) => oid === `2.16.840.1.113733.1.9.${number}`)?.values[0]?.content.toString() ?? ''
  return `${text(3)}${text(4)}`
}

/** Certificates that the server has issued since it was started. */
async function issuedSoFar(server: TestServer): Promise<number> {
  const headers = { authorization: `Bearer ${server.adminToken}` }
  const text = await (await fetch(`${server.url}/metrics`, { headers })).text()
  return Number(/^chancery_scep_requests_total\{[^}]*outcome="issued"[^}]*\} (\d+)/m.exec(text)?.[1])
}

describe('an RSA RA and a device with an EC key', () => {
  let server: TestServer
  let certificates: readonly Certificate[]
  let ca: Certificate
  beforeAll(async () => {
    server = await startServer({ env: { CHANCERY_CA_KEY: 'p-256' } })
    certificates = (await fetchCa(server.url)).certificates
    ca = certificates[0] as Certificate
  })
  afterAll(() => server.stop())

  test('S-3.1-P01 S-3.1-P12 the request goes by key transport, the reply under the challenge', async () => {
    const [device, password] = [await ecDevice(), await createChallenge(server)]
    const reply = await post(server.url, await seal({ device, ca, csr: await request(device, password) }))
    const issued = opened(reply, password, certificates)
    expect(issued.publicKey.digest()).toEqual(device.key.publicKey.digest())
    expect(new X509Certificate(issued.der).checkIssued(new X509Certificate((certificates[1] as Certificate).der))).toBe(
      true,
    )
  })

  test('S-3.1-P14 a renewal without a challenge is badAlg and issues nothing; with one of its own making it is answered', async () => {
    await allowRenewalAlways(server)
    const [device, password] = [await ecDevice(), await createChallenge(server)]
    const first = await post(server.url, await seal({ device, ca, csr: await request(device, password) }))
    const holder: EcDevice = { key: device.key, certificate: opened(first, password, certificates) }
    const next = await ecDevice()
    const before = await issuedSoFar(server)
    expect(before).toBeGreaterThan(0)
    const bare = await seal({ device: holder, ca, csr: await request(next), messageType: '17' })
    expect(statusOf(await post(server.url, bare))).toBe('20')
    expect(await issuedSoFar(server)).toBe(before)
    const own = randomBytes(16).toString('hex')
    const good = await seal({ device: holder, ca, csr: await request(next, own), messageType: '17' })
    const renewed = opened(await post(server.url, good), own, certificates)
    expect(renewed.publicKey.digest()).toEqual(next.key.publicKey.digest())
  })
})

describe('an EC device whose request waits for a person', () => {
  let server: TestServer
  let certificates: readonly Certificate[]
  beforeAll(async () => {
    server = await startServer({ env: { CHANCERY_CA_KEY: 'p-256' } })
    await requireApproval(server)
    certificates = (await fetchCa(server.url)).certificates
  })
  afterAll(() => server.stop())

  test('S-3.1-P13 polls, also after a restart, and finds its certificate under the challenge of the request', async () => {
    const ca = certificates[0] as Certificate
    const [device, password] = [await ecDevice(), await createChallenge(server)]
    const transactionId = randomBytes(16).toString('hex')
    const names = der.sequence(ca.issuer.der, nameFromText('CN=ec-device').der)
    const poll = async () => post(server.url, await seal({ device, ca, csr: names, messageType: '20', transactionId }))
    const asked = await post(
      server.url,
      await seal({ device, ca, csr: await request(device, password), transactionId }),
    )
    expect(statusOf(asked)).toBe('3')
    for (const name of readdirSync(server.dataDir).filter((one) => one.startsWith('chancery.sqlite'))) {
      expect(readFileSync(join(server.dataDir, name)).includes(password)).toBe(false)
    }
    await server.kill()
    await server.restart()
    expect(statusOf(await poll())).toBe('3')
    const { approvals } = (await admin(server, 'GET', '/v1/approvals')) as { approvals: { uuid: string }[] }
    await admin(server, 'POST', `/v1/approvals/${approvals[0]?.uuid}/approve`, {})
    const issued = opened(await poll(), password, certificates)
    expect(issued.publicKey.digest()).toEqual(device.key.publicKey.digest())
    expect(opened(await poll(), password, certificates).der).toEqual(issued.der)
  })
})

describe('a CA whose only key is an EC key', () => {
  let server: TestServer
  let ca: Certificate
  beforeAll(async () => {
    server = await startServer({ env: { CHANCERY_CA_KEY: 'p-256', CHANCERY_RA_KEY: 'ca' } })
    const answer = await fetch(`${server.url}${PROFILE_PATH}?operation=GetCACert`)
    expect(answer.headers.get('content-type')).toBe('application/x-x509-ca-cert')
    ca = parseCertificate(Buffer.from(await answer.arrayBuffer()))
  })
  afterAll(() => server.stop())

  const shown: string[] = []
  const oneTime = async () => {
    const [{ uuid }] = (await admin(server, 'GET', '/v1/scepProfiles')) as [{ uuid: string }]
    const path = `/v1/scepProfiles/${uuid}/challenges`
    const created = (await admin(server, 'POST', path, { password: true })) as CreatedChallenge
    shown.push(created.challenge)
    return created
  }

  test('S-3.1-P01 S-3.1-P02 S-3.1-P10 of several challenges made for it any opens a request, and a repeated one again', async () => {
    const challenges = [await oneTime(), await oneTime(), await oneTime()]
    for (const { challenge: password } of challenges) {
      const device = await ecDevice()
      const message = await seal({ device, ca, csr: await request(device, password), password })
      const issued = opened(await post(server.url, message), password, [ca])
      expect(issued.publicKey.digest()).toEqual(device.key.publicKey.digest())
      expect(opened(await post(server.url, message), password, [ca]).der).toEqual(issued.der)
    }
  })

  test('S-3.1-P10 the challenge that the address names is the only one that is tried', async () => {
    const [named, other] = [await oneTime(), await oneTime()]
    expect(named.scepUrl).toContain(`/default/c/${named.uuid}/pkiclient.exe`)
    const device = await ecDevice()
    const { challenge: password } = named
    const message = await seal({ device, ca, csr: await request(device, password), password })
    expect(statusOf(await post(server.url, message, new URL(other.scepUrl).pathname))).toBe('22')
    const first = opened(await post(server.url, message, new URL(named.scepUrl).pathname), password, [ca])
    for (const path of [`/scep/default/c/${named.uuid}`, `/scep/c/${named.uuid}/pkiclient.exe`]) {
      expect(opened(await post(server.url, message, path), password, [ca]).der).toEqual(first.der)
    }
  })

  test('a challenge that was not made as a password opens nothing', async () => {
    const [device, password] = [await ecDevice(), await createChallenge(server)]
    const message = await seal({ device, ca, csr: await request(device, password), password })
    expect(statusOf(await post(server.url, message))).toBe('22')
  })

  test('S-3.1-P11 a request sealed with one challenge that shows another is refused', async () => {
    const [one, other] = [await oneTime(), await oneTime()]
    const device = await ecDevice()
    const csr = await request(device, other.challenge)
    expect(statusOf(await post(server.url, await seal({ device, ca, csr, password: one.challenge })))).toBe('22')
  })

  test('S-3.1-P01 S-7.3-01 a strong static challenge is the password of every device', async () => {
    await expect(setStaticChallenge(server, 'secret secret')).rejects.toThrow(/allowWeakChallenge/)
    const password = 'B7kd02LmPq93zXcv8Ty1'
    await setStaticChallenge(server, password)
    shown.push(password)
    const device = await ecDevice()
    const message = await seal({ device, ca, csr: await request(device, password), password })
    expect(opened(await post(server.url, message), password, [ca]).publicKey.digest()).toEqual(
      device.key.publicKey.digest(),
    )
    const wrong = await seal({ device, ca, csr: await request(device, 'wrong'), password: 'wrong' })
    expect(statusOf(await post(server.url, wrong))).toBe('22')
  })

  test('S-2.4-10 S-3.1-P13 no challenge is in the clear in the data directory', async () => {
    expect(shown.length).toBeGreaterThan(5)
    const files = readdirSync(server.dataDir).filter((name) => /\.(db|sqlite)/.test(name))
    expect(files).not.toEqual([])
    for (const name of files) {
      const content = readFileSync(join(server.dataDir, name))
      for (const challenge of shown) expect(content.includes(challenge)).toBe(false)
    }
  })
})
