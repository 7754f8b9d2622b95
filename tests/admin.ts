import type { TestServer } from './server.ts'

/** One call of the admin API with the server's token, as a script would make it. */
export async function admin(server: TestServer, method: string, path: string, body?: unknown): Promise<unknown> {
  const answer = await fetch(`${server.url}/api${path}`, {
    method,
    headers: {
      authorization: `Bearer ${server.adminToken}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return answer.headers.get('content-type')?.startsWith('application/json') ? JSON.parse(text) : text
}

/** A one-time challenge of the profile `default`. */
export async function createChallenge(server: TestServer, options: { uses?: number } = {}): Promise<string> {
  const { uuid } = await defaultProfile(server)
  const created = (await admin(server, 'POST', `/v1/scepProfiles/${uuid}/challenges`, options)) as { challenge: string }
  return created.challenge
}

/** Makes the profile `default` ask for this secret. */
export async function setStaticChallenge(server: TestServer, challengePassword: string): Promise<void> {
  await changeProfile(server, { challengeKind: 'static', challengePassword })
}

/** Changes fields of the profile `default`. */
export async function changeProfile(server: TestServer, update: Record<string, unknown>): Promise<void> {
  const { uuid } = await defaultProfile(server)
  await admin(server, 'PUT', `/v1/scepProfiles/${uuid}`, update)
}

/** Lets the certificates of the profile `default` be renewed at any time of their life. */
export async function allowRenewalAlways(server: TestServer): Promise<void> {
  await changeProfile(server, { renewalThreshold: 10_000 })
}

/** Gives the profile `default` another compatibility profile, and turns these switches in it. */
export async function setCompatibility(server: TestServer, profile: string, overrides: object = {}): Promise<void> {
  const { uuid } = await defaultProfile(server)
  await admin(server, 'PUT', `/v1/scepProfiles/${uuid}/compatibility`, { profile, overrides })
}

/** Lets a person decide about what the RA profile `default` issues. */
export async function requireApproval(server: TestServer, rule: Record<string, unknown> = {}): Promise<void> {
  const profiles = (await admin(server, 'GET', '/v1/raProfiles')) as { uuid: string; name: string }[]
  const { uuid } = profiles.find(({ name }) => name === 'default') ?? {}
  await admin(server, 'PUT', `/v1/raProfiles/${uuid}`, { approvalRequired: true, ...rule })
}

async function defaultProfile(server: TestServer): Promise<{ uuid: string }> {
  const profiles = (await admin(server, 'GET', '/v1/scepProfiles')) as { uuid: string; name: string }[]
  const found = profiles.find(({ name }) => name === 'default')
  if (found === undefined) throw new Error('there is no profile default')
  return found
}
