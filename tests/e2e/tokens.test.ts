import type { Approval, Token } from '@chancery/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { admin, createChallenge, requireApproval } from '../admin.ts'
import { chancery } from '../cli.ts'
import { enrol, fetchCa, newDevice, sealEnrolment, sealPoll } from '../device.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { startServer, type TestServer } from '../server.ts'

/** API tokens and roles against the real server with two processes: made by command, used over HTTP. */

let postgres: PostgresServer
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres.stop())

const DATABASES: Readonly<Record<string, () => Promise<Record<string, string>>>> = {
  SQLite: async () => ({}),
  PostgreSQL: async () => ({
    CHANCERY_DATABASE_URL: await postgres.createDatabase(),
    CHANCERY_KEY_SECRET: 'tokens-test-secret-0123456789abcdefghij',
  }),
}

describe.each(Object.keys(DATABASES))('on %s', (database) => {
  let server: TestServer
  beforeAll(async () => {
    const env = await (DATABASES[database] as () => Promise<Record<string, string>>)()
    server = await startServer({ env: { CHANCERY_WORKERS: '2', ...env } })
  })
  afterAll(() => server.stop())

  const make = async (...args: string[]) => {
    const { code, stdout, stderr } = await chancery(server.dataDir, ['token', 'create', ...args])
    expect(code, stderr).toBe(0)
    return stdout.toString().trim()
  }
  /** A command that is elsewhere and has but a URL and a token. */
  const elsewhere = (token: string, ...args: string[]) =>
    chancery(`${server.dataDir}-elsewhere`, [...args, '--server', server.url], { env: { CHANCERY_TOKEN: token } })
  /** On connections of their own, so that both processes are asked. */
  const ask = async (token: string, path: string, times = 8) => {
    const statuses = await Promise.all(
      Array.from({ length: times }, async () => {
        const headers = { authorization: `Bearer ${token}`, connection: 'close' }
        return (await fetch(`${server.url}/api${path}`, { headers })).status
      }),
    )
    return [...new Set(statuses)]
  }

  test('a token made beside the server works elsewhere, as far as its role goes', async () => {
    const token = await make('mdm', '--role', 'enroller', '--ttl', '7d')
    const made = await elsewhere(token, 'challenge', 'create')
    expect(made.code, made.stderr).toBe(0)
    const refused = await elsewhere(token, 'token', 'list')
    expect(refused.code).toBe(1)
    expect(refused.stderr).toContain('mdm may not do this: it needs the right token.read.')
    const listed = await elsewhere(server.adminToken, 'token', 'list')
    expect(listed.stdout.toString()).toMatch(/^mdm +enroller +all +usable +\S+ +\S+ +local socket +/m)
  })

  test('once it is revoked no process takes it any more, and a restart forgets nothing', async () => {
    const token = await make('short', '--role', 'auditor', '--no-expiry')
    expect(await ask(token, '/v1/raProfiles')).toEqual([200])
    await server.kill()
    await server.restart()
    expect(await ask(token, '/v1/raProfiles')).toEqual([200])
    const revoked = await chancery(server.dataDir, ['token', 'revoke', 'short'])
    expect(revoked.code, revoked.stderr).toBe(0)
    expect(await ask(token, '/v1/raProfiles')).toEqual([401])
    const tokens = (await admin(server, 'GET', '/v1/tokens')) as Token[]
    expect(tokens.find(({ name }) => name === 'short')).toMatchObject({
      state: 'revoked',
      lastUsedAt: expect.any(String),
    })
    expect(server.log()).not.toContain(token)
  })

  test('S-4.4-03 two approvers by command: the first is told who is missing, the second has it made', async () => {
    await requireApproval(server, { approvalsNeeded: 2, approvalRole: 'approver' })
    const ca = await fetchCa(server.url)
    const asked = await sealEnrolment(await newDevice(), ca, {
      subject: 'CN=four-eyes',
      challenge: await createChallenge(server),
    })
    expect(await enrol(server.url, asked, ca)).toMatchObject({ status: 'PENDING' })
    const { approvals } = (await admin(server, 'GET', '/v1/approvals')) as { approvals: Approval[] }
    const uuid = approvals.find(({ subject }) => subject === 'CN=four-eyes')?.uuid ?? ''
    const alice = await make('alice', '--role', 'approver')
    const first = await elsewhere(alice, 'approval', 'approve', uuid, '--comment', 'seen')
    expect([first.code, first.stderr]).toEqual([0, 'One more must agree: somebody else.\n'])
    const again = await elsewhere(alice, 'approval', 'approve', uuid)
    expect(again.code).toBe(1)
    expect(again.stderr).toContain('alice has approved this request already, and counts once.')
    expect(await enrol(server.url, await sealPoll(asked, ca), ca)).toMatchObject({ status: 'PENDING' })
    const bob = await make('bob', '--role', 'approver')
    const last = await elsewhere(bob, 'approval', 'approve', uuid)
    expect(last.code, last.stderr).toBe(0)
    expect(last.stdout.toString()).toMatch(/^approvals +2 of 2 of the role approver$/m)
    expect(await enrol(server.url, await sealPoll(asked, ca), ca)).toMatchObject({ status: 'SUCCESS' })
  })
})
