import { parseCertificate } from '@chancery/pki'
import type { TestApp } from '../apps/server/src/testing/test-app.ts'

/** Of a server that these tests administer. */
export const ADMINISTERED = { CHANCERY_ADMIN_TOKEN: 'a-token-for-tests-of-more-than-32-characters' }

export const THROUGH_PATH = '/api/v1/protocols/scep/through/pkiclient.exe'

export interface ThroughOptions {
  /** Of the authority. */
  readonly settings: Readonly<Record<string, unknown>>
  /** What devices bring; the other server sees it too. */
  readonly challenge: string
  readonly allowPolling: boolean
  readonly approvalRequired?: boolean
}

export interface Through {
  readonly authorityUuid: string
  readonly raProfileUuid: string
  readonly scepProfileUuid: string
}

/** One call of the administration. @throws for anything but a success */
export async function call(
  server: TestApp,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH',
  path: string,
  body?: object,
): Promise<{ readonly uuid: string } & Record<string, unknown>> {
  const headers = { authorization: `Bearer ${ADMINISTERED.CHANCERY_ADMIN_TOKEN}` }
  const payload = body === undefined ? {} : { payload: body }
  const answer = await server.app.inject({ method, url: `/api${path}`, headers, ...payload })
  if (answer.statusCode >= 400) throw new Error(`${method} ${path}: ${answer.statusCode} ${answer.body}`)
  return answer.body === '' ? { uuid: '' } : answer.json()
}

/** Gives a server a SCEP profile `through`, whose authority is another SCEP server. */
export async function serveThrough(server: TestApp, options: ThroughOptions): Promise<Through> {
  const { settings, challenge, allowPolling, approvalRequired = false } = options
  const made = async (path: string, body: object) => (await call(server, 'POST', path, body)).uuid
  const authorityUuid = await made('/v1/authorities', { name: 'through', kind: 'scep', settings })
  const raProfileUuid = await made(`/v1/authorities/${authorityUuid}/raProfiles`, { name: 'through', enabled: true })
  await call(server, 'PUT', `/v1/raProfiles/${raProfileUuid}`, { approvalRequired })
  const scepProfileUuid = await made('/v1/scepProfiles', {
    name: 'through',
    raProfileUuid,
    raCertificate: { authorityUuid },
    challengePassword: challenge,
    allowPolling,
  })
  await call(server, 'PATCH', `/v1/scepProfiles/${scepProfileUuid}/enable`)
  return { authorityUuid, raProfileUuid, scepProfileUuid }
}

/** SHA-256 of the CA that a server shows. */
export async function shownFingerprint(url: string): Promise<string> {
  const answer = await fetch(`${url}?operation=GetCACert`)
  return parseCertificate(Buffer.from(await answer.arrayBuffer()))
    .digest()
    .toString('hex')
}
