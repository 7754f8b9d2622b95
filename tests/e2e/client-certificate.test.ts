import { readFileSync } from 'node:fs'
import { Agent, get } from 'node:https'
import { join } from 'node:path'
import type { WhoAmI } from '@chancery/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chancery } from '../cli.ts'
import { must } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { freePort } from '../free-port.ts'
import { startServer, type TestServer } from '../server.ts'

/** People who show a client certificate in TLS; what proxies pass on is in apps/server/src/auth/certificate. */

const folder = temporaryFolder()
let server: TestServer
let adminUrl: string

beforeAll(async () => {
  for (const name of ['server', 'alice', 'mallory']) await makeCertificate(name)
  const port = await freePort()
  adminUrl = `https://127.0.0.1:${port}`
  server = await startServer({
    env: {
      CHANCERY_TLS_CERT: join(folder, 'server.pem'),
      CHANCERY_TLS_KEY: join(folder, 'server.key'),
      CHANCERY_ADMIN_LISTEN: `127.0.0.1:${port}`,
    },
  })
  const made = await chancery(server.dataDir, ['user', 'create', 'alice', '--role', 'operator'])
  expect(made.code, made.stderr).toBe(0)
})
afterAll(() => server.stop())

test('by command a certificate is registered, and from then on signs its user in where administration is', async () => {
  expect((await whoAmI('alice')).status).toBe(401)
  const added = await chancery(server.dataDir, ['user', 'certificate', 'alice', '--add', join(folder, 'alice.pem')])
  expect([added.code, added.stdout.toString()]).toEqual([
    0,
    expect.stringMatching(/^[0-9a-f]{64} {2}\S+ {2}CN=alice\n$/),
  ])
  const shown = await whoAmI('alice')
  expect([shown.status, shown.body]).toEqual([
    200,
    expect.objectContaining({ kind: 'user', name: 'alice', method: 'certificate' }),
  ])
  expect((await whoAmI('mallory')).status, 'another certificate').toBe(401)
  expect((await whoAmI(undefined)).status, 'none').toBe(401)
  const [fingerprint = ''] = added.stdout.toString().split(' ')
  const removed = await chancery(server.dataDir, ['user', 'certificate', 'alice', '--remove', fingerprint])
  expect([removed.code, removed.stdout.toString()]).toEqual([0, ''])
  expect((await whoAmI('alice')).status).toBe(401)
})

test('a client certificate is asked for there, and where devices are none is', async () => {
  expect(await handshake(adminUrl)).toMatch(/Client Certificate Types/)
  expect(await handshake(server.url)).not.toMatch(/Client Certificate Types/)
})

async function makeCertificate(name: string): Promise<void> {
  const files = ['-keyout', join(folder, `${name}.key`), '-out', join(folder, `${name}.pem`)]
  await must('openssl', [
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    `/CN=${name}`,
    ...files,
  ])
}

async function handshake(url: string): Promise<string> {
  const { host } = new URL(url)
  const output = await must('openssl', ['s_client', '-connect', host, '-tls1_2'], { input: '' }).catch(
    (error: Error) => error.message,
  )
  return output.toString()
}

/** @param name whose certificate is shown */
function whoAmI(name: string | undefined): Promise<{ readonly status: number | undefined; readonly body: WhoAmI }> {
  const own = name && {
    cert: readFileSync(join(folder, `${name}.pem`)),
    key: readFileSync(join(folder, `${name}.key`)),
  }
  const agent = new Agent({ rejectUnauthorized: false, ...own })
  return new Promise((resolve, reject) => {
    get(`${adminUrl}/api/v1/session`, { agent }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode, body: JSON.parse(text) as WhoAmI }))
    }).on('error', reject)
  })
}
