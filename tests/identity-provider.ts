import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Provider } from 'oidc-provider'

/** A real OpenID provider on this machine, whose people and claims the test sets. */
export interface IdentityProvider {
  readonly issuer: string
  /** By the name that is typed in; the name is the subject, too. */
  readonly people: Map<string, Readonly<Record<string, unknown>>>
  /** As a browser goes there, types a name in, agrees, and is sent back. @returns the address that it is sent to */
  signIn(authorizationUrl: string, name: string): Promise<URL>
  close(): Promise<void>
}

export const CLIENT_ID = 'chancery'
export const CLIENT_SECRET = 'a-client-secret-of-more-than-32-characters'

export async function startIdentityProvider(redirectUris: string[]): Promise<IdentityProvider> {
  const server = createServer()
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const people: IdentityProvider['people'] = new Map()
  const provider = new Provider(issuer, {
    clients: [{ client_id: CLIENT_ID, client_secret: CLIENT_SECRET, redirect_uris: redirectUris }],
    claims: {
      openid: ['sub'],
      profile: ['name', 'preferred_username', 'groups', 'realm_access'],
      email: ['email'],
    },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...people.get(sub), sub }) }),
    features: { devInteractions: { enabled: true } },
    cookies: { keys: ['a key of the identity provider'] },
  })
  server.on('request', provider.callback())
  return {
    issuer,
    people,
    signIn: (authorizationUrl, name) => browse(new URL(authorizationUrl), name, issuer),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const MOST_STEPS = 20

async function browse(start: URL, name: string, issuer: string): Promise<URL> {
  const cookies = new Map<string, string>()
  let next: { readonly url: URL; readonly form?: Record<string, string> } = { url: start }
  for (let step = 0; step < MOST_STEPS; step++) {
    const { url, form } = next
    if (url.origin !== issuer) return url
    const answer = await fetch(url, {
      redirect: 'manual',
      headers: { cookie: [...cookies].map((pair) => pair.join('=')).join('; ') },
      ...(form && { method: 'POST', body: new URLSearchParams(form) }),
    })
    for (const cookie of answer.headers.getSetCookie()) {
      const [, key = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
      cookies.set(key, value)
    }
    const location = answer.headers.get('location')
    if (location !== null) {
      await answer.arrayBuffer()
      next = { url: new URL(location, url) }
      continue
    }
    const page = await answer.text()
    const prompt = /name="prompt" value="(\w+)"/.exec(page)?.[1]
    if (prompt === undefined) throw new Error(`the identity provider answers ${answer.status}: ${page.slice(0, 500)}`)
    next = { url, form: { prompt, login: name, password: 'any' } }
  }
  throw new Error('the identity provider never sends the browser back')
}
