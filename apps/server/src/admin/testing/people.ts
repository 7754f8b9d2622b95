import { randomUUID } from 'node:crypto'
import type { Grant, SignInLink, User } from '@chancery/api'
import { type TestApp, testApp } from '../../testing/test-app.ts'

export const ADMIN = 'an-admin-token-of-more-than-32-characters'

export interface PeopleAnswer {
  readonly status: number
  readonly headers: Record<string, unknown>
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: what each route answers, checked by what is expected of it
  readonly body: any
}

export interface AskOptions {
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** This machine unless told otherwise: only from there a password goes over plain HTTP. */
  readonly from?: string
}

/** For tests: a server, and people who sign in to it. */
export interface People {
  readonly server: TestApp
  ask(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, options?: AskOptions): Promise<PeopleAnswer>
  /** As whoever has the CHANCERY_ADMIN_TOKEN. */
  admin(method: 'GET' | 'PUT' | 'POST' | 'DELETE', path: string, body?: unknown): Promise<PeopleAnswer>
  newUser(grants?: readonly Grant[], password?: string): Promise<User>
  /** @returns headers of whoever has the cookie */
  signIn(name: string, password: string, from?: string): Promise<{ readonly cookie: string }>
  link(user: Pick<User, 'uuid'>): Promise<SignInLink>
}

export const PASSWORD = 'a password that nobody guesses'

export async function startPeople(settings: Record<string, string> = {}): Promise<People> {
  const server = await testApp({ CHANCERY_ADMIN_TOKEN: ADMIN, CHANCERY_WORKERS: '1', ...settings })
  const ask: People['ask'] = async (method, path, { body, headers = {}, from = '127.0.0.1' } = {}) => {
    const sent = body === undefined ? {} : { payload: JSON.stringify(body) }
    const type = body === undefined ? {} : { 'content-type': 'application/json' }
    const request = { method, url: `/api${path}`, headers: { ...type, ...headers }, remoteAddress: from, ...sent }
    const answer = await server.app.inject(request)
    return { status: answer.statusCode, headers: answer.headers, text: answer.body, body: parsed(answer.body) }
  }
  const admin: People['admin'] = (method, path, body) =>
    ask(method, path, { body, headers: { authorization: `Bearer ${ADMIN}` } })
  return {
    server,
    ask,
    admin,
    async newUser(grants = [{ role: 'viewer' }], password = PASSWORD) {
      const user = (await admin('POST', '/v1/users', { name: `u-${randomUUID()}`, grants })).body as User
      const set = await admin('PUT', `/v1/users/${user.uuid}/password`, { password })
      if (set.status !== 204) throw new Error(set.text)
      return { ...user, hasPassword: true }
    },
    async signIn(name, password, from) {
      const answer = await ask('POST', '/v1/session', { body: { name, password }, ...(from !== undefined && { from }) })
      if (answer.status !== 200) throw new Error(answer.text)
      return { cookie: cookieOf(answer) }
    },
    async link({ uuid }) {
      return (await admin('POST', `/v1/users/${uuid}/signInLink`)).body as SignInLink
    },
  }
}

/** `name=value` of what the answer sets. */
export function cookieOf({ headers }: PeopleAnswer): string {
  return String(headers['set-cookie']).split(';')[0] ?? ''
}

function parsed(text: string): unknown {
  return text === '' ? undefined : JSON.parse(text)
}
