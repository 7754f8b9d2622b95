import { readFileSync, renameSync } from 'node:fs'
import { Agent, get, request } from 'node:https'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { connect, type TLSSocket } from 'node:tls'
import { parseCaCertificates, selectRecipient } from '@chancery/scep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { must } from '../command.ts'
import { enrol, fetchCa, newDevice, PROFILE_PATH, read, sealEnrolment } from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'

const folder = temporaryFolder()
const CERT = join(folder, 'tls.pem')
const KEY = join(folder, 'tls.key')
let server: TestServer

beforeAll(async () => {
  await makeCertificate('first')
  server = await startServer({ env: { CHANCERY_TLS_CERT: CERT, CHANCERY_TLS_KEY: KEY, CHANCERY_WORKERS: '2' } })
})
afterAll(() => server.stop())

test('the ready line says https, and SCEP is served', async () => {
  expect(server.url).toMatch(/^https:/)
  const body = await new Promise<string>((resolve, reject) => {
    get(`${server.url}${PROFILE_PATH}?operation=GetCACaps`, { rejectUnauthorized: false }, (answer) => {
      answer.setEncoding('utf8').on('data', resolve)
    }).on('error', reject)
  })
  expect(body).toContain('SCEPStandard\n')
})

test.each(['TLSv1.2', 'TLSv1.3'] as const)('%s is spoken: Windows’ client knows nothing above 1.2', async (version) => {
  const socket = await handshake({ minVersion: version, maxVersion: version })
  expect(socket.getProtocol()).toBe(version)
  socket.destroy()
})

test('TLS 1.1 is not', async () => {
  // Security level 0, so that it is the server that refuses.
  await expect(
    handshake({ minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }),
  ).rejects.toThrow()
})

test('no client certificate is asked for: macOS would show its old one and fail to renew', async () => {
  const { hostname, port } = new URL(server.url)
  const session = await must('openssl', ['s_client', '-connect', `${hostname}:${port}`, '-tls1_2', '-brief'], {
    input: '',
  }).catch((error: Error) => Buffer.from(error.message))
  expect(session.toString()).not.toMatch(/Acceptable client certificate CA names|Client Certificate Types/)
})

test('S-7.10-01 without a challenge nothing is issued, over HTTPS with a client certificate as over HTTP', async () => {
  const device = await newDevice()
  const body = await exchange(`${PROFILE_PATH}?operation=GetCACert`)
  const certificates = parseCaCertificates(body, 'application/x-x509-ca-ra-cert')
  const ca = { certificates, recipient: selectRecipient(certificates) }
  const enrolment = await sealEnrolment(device, ca, {})
  const secure = await read(enrolment, await exchange(`${PROFILE_PATH}?operation=PKIOperation`, enrolment.message), ca)
  const plain = await startServer()
  try {
    const other = await fetchCa(plain.url)
    const insecure = await enrol(plain.url, await sealEnrolment(device, other, {}), other)
    expect(insecure).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
    expect(secure).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
  } finally {
    await plain.stop()
  }
})

test('a certificate that changes on disk is served without a restart', async () => {
  await makeCertificate('second')
  let name = ''
  for (let tries = 0; tries < 100 && name !== 'second'; tries++) {
    const socket = await handshake({})
    name = String(socket.getPeerCertificate().subject.CN)
    socket.destroy()
    if (name !== 'second') await sleep(200)
  }
  expect(name).toBe('second')
})

async function makeCertificate(commonName: string): Promise<void> {
  const fresh = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${KEY}.new`, '-out', `${CERT}.new`]
  await must('openssl', ['req', '-x509', '-days', '2', '-subj', `/CN=${commonName}`, ...fresh])
  renameSync(`${KEY}.new`, KEY)
  renameSync(`${CERT}.new`, CERT)
}

/** Shows a client certificate, were it asked for one. */
function exchange(path: string, message?: Buffer): Promise<Buffer> {
  const agent = new Agent({ rejectUnauthorized: false, cert: readFileSync(CERT), key: readFileSync(KEY) })
  return new Promise((resolve, reject) => {
    const sent = request(
      `${server.url}${path}`,
      { agent, method: message === undefined ? 'GET' : 'POST' },
      (answer) => {
        const chunks: Buffer[] = []
        answer.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => resolve(Buffer.concat(chunks)))
      },
    )
    sent.on('error', reject).end(message)
  })
}

function handshake(options: object): Promise<TLSSocket> {
  const { hostname, port } = new URL(server.url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), rejectUnauthorized: false, ...options }, () =>
      resolve(socket),
    )
    socket.once('error', reject)
  })
}
