import { type Approval, type Client, getApproval, listApprovals } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
const FINGERPRINT = /^[0-9a-f]{2}(:?[0-9a-f]{2}){31}$/i
const PAGE = 1000

export const requestArgument = {
  name: 'request',
  description: 'its UUID, or the SHA-256 of the certification request as sha256sum prints it on the device',
} as const

/** The one request that is meant; nothing is guessed, for a certificate may come of it. */
export async function findApproval(client: Client, which: string): Promise<Approval> {
  if (UUID.test(which)) return client.call(getApproval, { params: { uuid: which } })
  if (!FINGERPRINT.test(which)) {
    throw new CliFailure('failed', `"${which}" is neither a UUID nor a SHA-256.`, { nextStep: 'See "approval list".' })
  }
  const fingerprint = which.replaceAll(':', '').toLowerCase()
  const found = [...(await everyOpen(client, 'true')), ...(await everyOpen(client, 'false'))].filter(
    ({ requested }) => requested?.csrFingerprint === fingerprint,
  )
  const [approval, another] = found
  if (approval === undefined) throw new CliFailure('failed', `No request with this SHA-256 waits.`)
  if (another === undefined) return approval
  throw new CliFailure('failed', 'This request waits more than once.', {
    nextStep: `Give its UUID: ${found.map(({ uuid, endpoint }) => `${uuid} (${endpoint})`).join(', ')}.`,
  })
}

async function everyOpen(client: Client, authenticated: 'true' | 'false'): Promise<Approval[]> {
  const all: Approval[] = []
  for (let after: string | undefined; ; after = all.at(-1)?.uuid) {
    const query = { authenticated, itemsPerPage: String(PAGE), ...(after !== undefined && { after }) }
    const { approvals } = await client.call(listApprovals, { query })
    all.push(...approvals)
    if (approvals.length < PAGE) return all
  }
}
