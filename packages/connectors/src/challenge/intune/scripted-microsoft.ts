import type { IntuneRule, RevocationWish } from '@chancery/ra'
import { Secret } from '@chancery/scep'
import { IntuneConnections } from './connections.ts'
import type { IntuneContact } from './contact.ts'
import { USUAL_LIMITS } from './limits.ts'
import type { IntunePorts, IntuneRequest, IntuneResponse } from './ports.ts'

/** For tests: what Microsoft answers, written down beforehand. */
export type Place = 'token' | 'discovery' | 'validate' | 'succeeded' | 'failed' | 'download' | 'upload'

export interface Answer {
  readonly status?: number
  /** JSON of it, if it is no text. */
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export const RULE: IntuneRule = {
  tenant: '3f0c6a3e-0000-4000-8000-000000000001',
  applicationId: '7d1b0000-0000-4000-8000-000000000002',
  cloud: 'public',
  endpoints: null,
  credential: 'secret',
  certificate: null,
  assertionAlgorithm: 'PS256',
  secretExpiresAt: null,
  whenUnreachable: 'unavailable',
  revocationReason: 5,
  revocationFilter: 'none',
}

export const SECRET = 'client-secret-for-tests-0123456789'
export const SCEP_URI =
  'https://fef.msuc02.manage.microsoft.com/RACerts/ScepRequestValidationFEService/Gateway/StatelessScepRequestValidationService'
export const PKI_URI =
  'https://fef.msuc02.manage.microsoft.com/RACerts/StatelessPkiConnectorService/Gateway/StatelessPkiConnectorService'

export const listed = (providerName: string, uri: string | undefined) => ({ providerName, uri })
export const SERVICE_LIST = {
  value: [
    listed('LinuxEnrollmentService', 'https://fef.msuc02.manage.microsoft.com/Linux'),
    listed('ScepRequestValidationFEService', SCEP_URI),
    listed('PkiConnectorFEService', PKI_URI),
  ],
}

const USUAL: Readonly<Record<Place, (request: IntuneRequest) => Answer>> = {
  token: () => ({ body: { token_type: 'Bearer', expires_in: 3599, access_token: 'token' } }),
  discovery: () => ({ body: SERVICE_LIST }),
  validate: () => ({ body: { code: 'Success', errorDescription: '' } }),
  succeeded: () => ({ body: { code: 'Success', errorDescription: '' } }),
  failed: () => ({ body: { code: 'Success', errorDescription: '' } }),
  download: () => ({ body: { value: [] satisfies RevocationWish[] } }),
  upload: () => ({ body: { value: true } }),
}

const PLACES: readonly (readonly [RegExp, Place])[] = [
  [/\/oauth2\/v2\.0\/token$/, 'token'],
  [/\/servicePrincipals\//, 'discovery'],
  [/\/validateRequest$/, 'validate'],
  [/\/successNotification$/, 'succeeded'],
  [/\/failureNotification$/, 'failed'],
  [/\/downloadRevocationRequests$/, 'download'],
  [/\/uploadRevocationResults$/, 'upload'],
]

export interface Sent extends IntuneRequest {
  readonly place: Place
}

/** Answers as if all were well, but for what is scripted: one answer a request, then as usual again. */
export function scriptedMicrosoft(changes: Partial<IntunePorts> = {}) {
  const sent: Sent[] = []
  const contacts: IntuneContact[] = []
  const pauses: number[] = []
  const scripts = new Map<Place, (Answer | Error)[]>()
  const clock = { now: new Date('2026-03-01T10:00:00Z') }
  let guids = 0
  const ports: IntunePorts = {
    send: async (request) => {
      const place = placeOf(request.url)
      sent.push({ ...request, place })
      const answer = scripts.get(place)?.shift() ?? USUAL[place](request)
      if (answer instanceof Error) throw answer
      return responseOf(answer)
    },
    now: () => clock.now,
    pause: async (milliseconds) => void pauses.push(milliseconds),
    random: () => 0,
    guid: () => `00000000-0000-4000-8000-${String(++guids).padStart(12, '0')}`,
    product: 'Chancery/1.0',
    overrides: {},
    limits: USUAL_LIMITS,
    onContact: (contact) => contacts.push(contact),
    ...changes,
  }
  return {
    connections: new IntuneConnections(ports),
    sent,
    contacts,
    pauses,
    at: (place: Place) => sent.filter((one) => one.place === place),
    /** The next answers there. */
    script: (place: Place, ...answers: (Answer | Error)[]) => void scripts.set(place, answers),
    pass: (milliseconds: number) => {
      clock.now = new Date(clock.now.getTime() + milliseconds)
    },
  }
}

export const settings = (changes: Partial<IntuneRule> = {}, key: string | undefined = SECRET) => ({
  rule: { ...RULE, ...changes },
  key: key === undefined ? undefined : new Secret(key),
})

export function jsonOf({ body }: Pick<IntuneRequest, 'body'>): unknown {
  return JSON.parse(body?.toString('utf8') ?? 'null')
}

export function formOf({ body }: Pick<IntuneRequest, 'body'>): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body?.toString('utf8')))
}

function placeOf(url: string): Place {
  const found = PLACES.find(([pattern]) => pattern.test(url))
  if (found === undefined) throw new Error(`nothing is at ${url}`)
  return found[1]
}

function responseOf({ status = 200, body = '', headers = {} }: Answer): IntuneResponse {
  return { status, headers, body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)) }
}
