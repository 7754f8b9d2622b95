import { generateKeyPairSync } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { buildCertificationRequest, encodePem, nameFromText, parseCrl, softwareSigningKey } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { admin, createChallenge, setCompatibility } from '../admin.ts'
import {
  certificateOf,
  type Enrolment,
  enrol,
  fetchCa,
  newDevices,
  PROFILE_PATH,
  type PublishedCa,
  read,
  sealEnrolment,
} from '../device.ts'
import { drive } from '../load.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { startServer, type TestServer } from '../server.ts'

const REQUESTS = 200

let postgres: PostgresServer
let nodes: readonly [TestServer, TestServer]

beforeAll(async () => {
  postgres = await startPostgres()
  const env = {
    CHANCERY_DATABASE_URL: await postgres.createDatabase(),
    CHANCERY_KEY_SECRET: 'two-nodes-test-secret-0123456789abcdefgh',
    CHANCERY_ADMIN_TOKEN: 'two-nodes-test-token-0123456789abcdefghi',
    CHANCERY_WORKERS: '1',
  }
  // Both at once on an empty database: one installs, the other waits for it.
  nodes = await Promise.all([startServer({ env }), startServer({ env })])
})

afterAll(async () => {
  await Promise.all(nodes.map((node) => node.stop()))
  await postgres.stop()
})

test('two servers that start at once on an empty database make one installation', async () => {
  const [one, other] = await Promise.all(nodes.map(({ url }) => fetchCa(url)))
  expect(one?.certificates.map(({ der }) => der)).toEqual(other?.certificates.map(({ der }) => der))
})

test('two servers on one PostgreSQL serve one load together', async () => {
  const { ca, enrolments } = await requests('load', REQUESTS)
  const { replies, otherStatuses } = await drive(
    nodes.map(({ url }) => url),
    enrolments,
    16,
  )
  expect(otherStatuses).toEqual([])
  expect(replies.size).toBe(REQUESTS)
  const certificates = await readAll(replies, ca)
  expect(new Set(certificates.map(({ serialNumber }) => serialNumber.toString('hex'))).size).toBe(REQUESTS)
})

test('S-3.2.1.5-07 the same request at both nodes at once gets one certificate', async () => {
  const { ca, enrolments } = await requests('both', 20)
  for (const enrolment of enrolments) {
    const [one, other] = await Promise.all(nodes.map(({ url }) => enrol(url, enrolment, ca)))
    if (one === undefined || other === undefined) throw new Error('no reply')
    expect(certificateOf(one).der).toEqual(certificateOf(other).der)
  }
})

test('a switch turned at one node counts at the other within seconds', async () => {
  const capabilities = async (node: TestServer) =>
    (await fetch(`${node.url}${PROFILE_PATH}?operation=GetCACaps`)).text()
  expect(await capabilities(nodes[1])).toContain('SHA-1\n')
  await setCompatibility(nodes[0], 'strict')
  for (let tries = 0; tries < 100 && (await capabilities(nodes[1])).includes('SHA-1\n'); tries++) await sleep(100)
  expect(await capabilities(nodes[1])).not.toContain('SHA-1\n')
  expect(await capabilities(nodes[0])).not.toContain('SHA-1\n')
})

test('a certificate revoked on one node is on the CRL of the other, and once released on neither', async () => {
  const [node, other] = nodes
  const profiles = (await admin(node, 'GET', '/v1/raProfiles')) as { uuid: string }[]
  const key = softwareSigningKey(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)
  const csr = encodePem(
    'CERTIFICATE REQUEST',
    await buildCertificationRequest({ subject: nameFromText('CN=held'), key }),
  )
  const path = `/v1/raProfiles/${profiles[0]?.uuid}/certificates`
  const { certificateUuid } = (await admin(node, 'POST', path, { csr })) as { certificateUuid: string }
  const listed = async ({ url }: TestServer) =>
    parseCrl(Buffer.from(await (await fetch(`${url}/pki/default/1.crl`)).arrayBuffer())).revoked.length
  await admin(node, 'PUT', `/v1/certificates/${certificateUuid}/revoke`, { reason: 'certificateHold' })
  while ((await listed(other)) === 0 || (await listed(node)) === 0) await sleep(200)
  await admin(other, 'PUT', `/v1/certificates/${certificateUuid}/release`)
  while ((await listed(other)) > 0 || (await listed(node)) > 0) await sleep(200)
  const { state } = (await admin(node, 'GET', `/v1/certificates/${certificateUuid}`)) as { state: string }
  expect(state).toBe('issued')
})

test('two nodes make one first administrator, and a stolen session that is ended at one is refused by the other at once', async () => {
  const links = nodes.flatMap((node) => / at \S+#(\S+)\n/.exec(node.output())?.[1] ?? [])
  expect(links).toHaveLength(1)
  const call = (node: TestServer, method: string, path: string, headers: Record<string, string>, body?: unknown) =>
    fetch(`${node.url}/api/v1${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const signedIn = await call(nodes[0], 'POST', '/session/link', {}, { token: links[0] })
  const stolen = { cookie: String(signedIn.headers.get('set-cookie')).split(';')[0] ?? '' }
  const use = async (node: TestServer) => (await call(node, 'GET', '/users', stolen)).status
  expect([await use(nodes[0]), await use(nodes[1])]).toEqual([200, 200])
  const token = { authorization: `Bearer ${nodes[0].adminToken}` }
  const list = await (await call(nodes[0], 'GET', '/sessions?user=admin', token)).json()
  const [{ uuid }] = (list as { sessions: [{ uuid: string }] }).sessions
  expect((await call(nodes[0], 'DELETE', `/sessions/${uuid}`, token)).status).toBe(204)
  expect([await use(nodes[1]), await use(nodes[0])]).toEqual([401, 401])
  expect((await call(nodes[1], 'POST', '/session/link', {}, { token: links[0] })).status).toBe(401)
})

test('when one node is killed under load the other serves on, and who got no answer gets one certificate', async () => {
  const { ca, enrolments } = await requests('fail-over', REQUESTS)
  const load = drive(
    nodes.map(({ url }) => url),
    enrolments,
    16,
  )
  await sleep(100)
  await nodes[1].kill()
  const { replies } = await load
  const first = await readAll(replies, ca)
  const rest: typeof first = []
  for (const enrolment of enrolments)
    if (!replies.has(enrolment)) rest.push(certificateOf(await enrol(nodes[0].url, enrolment, ca)))
  const serials = [...first, ...rest].map(({ serialNumber }) => serialNumber.toString('hex'))
  expect(new Set(serials).size).toBe(REQUESTS)
  await nodes[1].restart()
})

async function requests(label: string, count: number) {
  const challenge = await createChallenge(nodes[0], { uses: count })
  const ca = await fetchCa(nodes[1].url)
  const devices = await newDevices(4)
  const enrolments: Enrolment[] = []
  for (let index = 0; index < count; index++) {
    const device = devices[index % devices.length]
    if (device === undefined) throw new Error('no device')
    enrolments.push(await sealEnrolment(device, ca, { subject: `CN=${label}-${index}`, challenge }))
  }
  return { ca, enrolments }
}

async function readAll(replies: ReadonlyMap<Enrolment, Buffer>, ca: PublishedCa) {
  return Promise.all([...replies].map(async ([enrolment, reply]) => certificateOf(await read(enrolment, reply, ca))))
}
