import { setTimeout as sleep } from 'node:timers/promises'
import type { Approval } from '@chancery/api'
import { admin } from '../admin.ts'
import type { TestServer } from '../server.ts'

const PATIENCE_MS = 90_000

/** What a person does: waits until a request for this name is there, and decides. */
export async function decide(server: TestServer, verb: 'approve' | 'reject', commonName: string): Promise<void> {
  for (const until = Date.now() + PATIENCE_MS; Date.now() < until; await sleep(200)) {
    const { approvals } = (await admin(server, 'GET', '/v1/approvals?state=open')) as { approvals: Approval[] }
    const found = approvals.find(({ subject }) => subject.includes(`CN=${commonName}`))
    if (found === undefined) continue
    await admin(server, 'POST', `/v1/approvals/${found.uuid}/${verb}`, { comment: 'by a test' })
    return
  }
  throw new Error(`no request for ${commonName} waits`)
}
