import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { selfSignedRoot } from '@chancery/ca'
import { LONGEST_ANSWER, type WebhookRequest } from '@chancery/connectors'
import { encodePem, nameFromText, softwareSigningKey } from '@chancery/pki'
import { afterEach, describe, expect, test } from 'vitest'
import { postWebhook, type Resolve } from './post.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function listening(server: Server): Promise<number> {
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return (server.address() as AddressInfo).port
}

const start = (listener: RequestListener) => listening(createServer(listener))

const to = (url: string, changes: Partial<WebhookRequest> = {}): WebhookRequest => ({
  url,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{}'),
  timeoutMilliseconds: 20_000,
  allowPrivateAddresses: true,
  trustedCertificates: null,
  ...changes,
})

/** A resolver that says these, one list after the other. */
function saying(...lists: readonly string[][]): Resolve & { asked: string[] } {
  const asked: string[] = []
  const resolve = async (name: string) => {
    asked.push(name)
    return lists[asked.length - 1] ?? lists.at(-1) ?? []
  }
  return Object.assign(resolve, { asked })
}

test('what is sent and what comes back are whole', async () => {
  const seen: string[] = []
  const port = await start(async (request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers['content-type']}`)
    for await (const chunk of request) seen.push(String(chunk))
    response.writeHead(200, { 'content-type': 'application/json' }).end('{"decision":"deny"}')
  })
  const answer = await postWebhook()(to(`http://127.0.0.1:${port}/a?b=c`))
  expect(seen).toEqual(['POST /a?b=c application/json', '{}'])
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } })
  expect(answer.body.toString()).toBe('{"decision":"deny"}')
})

test('a redirect is handed on and not followed', async () => {
  let asked = 0
  const port = await start((_request, response) => {
    asked++
    response.writeHead(307, { location: '/elsewhere' }).end()
  })
  expect((await postWebhook()(to(`http://127.0.0.1:${port}/`))).status).toBe(307)
  expect(asked).toBe(1)
})

test('of an answer without end no more is read than counts', async () => {
  const port = await start((_request, response) => {
    const write = () => {
      while (response.write('x'.repeat(16_384)));
    }
    response.on('drain', write)
    write()
  })
  const { body } = await postWebhook()(to(`http://127.0.0.1:${port}/`))
  expect(body.length).toBeGreaterThan(LONGEST_ANSWER)
  expect(body.length).toBeLessThan(4 * LONGEST_ANSWER)
})

test.each([
  ['that never answers', () => undefined],
  ['that never ends its answer', ((_request, response) => void response.writeHead(200).write('{')) as RequestListener],
])('a server %s is left when its time is over', async (_what, listener) => {
  const port = await start(listener)
  const asking = postWebhook()(to(`http://127.0.0.1:${port}/`, { timeoutMilliseconds: 300 }))
  await expect(asking).rejects.toThrow('it took longer than 300 ms')
})

test('so is a resolver', async () => {
  const post = postWebhook(() => new Promise(() => undefined))
  const asking = post(to('https://hooks.example/', { timeoutMilliseconds: 100 }))
  await expect(asking).rejects.toThrow('it took longer than 100 ms')
})

describe('S29 where it must not go', () => {
  test.each([
    ['http://169.254.169.254/latest/meta-data', true, /no webhook may be/],
    ['http://[::ffff:169.254.169.254]/', true, /no webhook may be/],
    ['https://[fe80::1]/', true, /no webhook may be/],
    ['https://127.0.0.1/', false, /private address/],
    ['https://2130706433/', false, /127\.0\.0\.1, a private address/],
    ['https://0x7f.1/', false, /127\.0\.0\.1, a private address/],
    ['https://0177.0.0.1/', false, /127\.0\.0\.1, a private address/],
    ['https://[::1]/', false, /private address/],
    ['https://[64:ff9b::a00:1]/', false, /private address/],
    ['http://1.1.1.1/', true, /only https/],
  ])('%s (private addresses allowed: %s)', async (url, allowPrivateAddresses, fault) => {
    await expect(postWebhook()(to(url, { allowPrivateAddresses }))).rejects.toThrow(fault)
  })

  test('a name one of whose addresses is private, wherever it stands', async () => {
    for (const addresses of [
      ['10.0.0.1', '1.1.1.1'],
      ['1.1.1.1', '::1'],
    ]) {
      const post = postWebhook(saying(addresses))
      const asking = post(to('https://hooks.example/', { allowPrivateAddresses: false }))
      await expect(asking).rejects.toThrow(/hooks\.example is at .*, a private address/)
    }
  })

  test('a name without an address', async () => {
    await expect(postWebhook(saying([]))(to('https://hooks.example/'))).rejects.toThrow('has no address')
  })

  test('a name that means another address a moment later: it is resolved once, and that is where it goes', async () => {
    const reached: (string | undefined)[] = []
    const port = await start((request, response) => {
      reached.push(request.headers.host)
      response.end('{}')
    })
    const resolve = saying(['127.0.0.1'], ['169.254.169.254'])
    await postWebhook(resolve)(to(`http://rebinding.example:${port}/`))
    expect(resolve.asked).toEqual(['rebinding.example'])
    expect(reached).toEqual([`rebinding.example:${port}`])
  })

  test('a proxy of the environment', async () => {
    const proxied: (string | undefined)[] = []
    const proxy = await start((request, response) => {
      proxied.push(request.url)
      response.end()
    })
    const port = await start((_request, response) => void response.end('{}'))
    const before = { ...process.env }
    Object.assign(process.env, { HTTP_PROXY: `http://127.0.0.1:${proxy}`, NODE_USE_ENV_PROXY: '1' })
    try {
      expect((await postWebhook()(to(`http://127.0.0.1:${port}/`))).body.toString()).toBe('{}')
    } finally {
      process.env = before
    }
    expect(proxied).toEqual([])
  })
})

describe('TLS', async () => {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const key = softwareSigningKey(privateKey)
  const root = await selfSignedRoot({ subject: nameFromText('CN=hooks.example'), key, now: new Date() })
  const certificate = encodePem('CERTIFICATE', root)
  const startTls = () =>
    listening(
      createTlsServer(
        { cert: certificate, key: privateKey.export({ type: 'pkcs8', format: 'pem' }) },
        (_request, response) => void response.end('{}'),
      ),
    )

  test('a certificate that nothing vouches for is refused, whatever the environment says', async () => {
    const port = await startTls()
    const before = process.env.NODE_TLS_REJECT_UNAUTHORIZED
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0'
    try {
      const post = postWebhook(saying(['127.0.0.1']))
      await expect(post(to(`https://hooks.example:${port}/`))).rejects.toThrow(/self-signed/)
    } finally {
      if (before === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = before
    }
  })

  test('with its certificate pinned it is asked, but for no other name', async () => {
    const port = await startTls()
    const post = postWebhook(saying(['127.0.0.1']))
    const pinned = { trustedCertificates: certificate }
    expect((await post(to(`https://hooks.example:${port}/`, pinned))).status).toBe(200)
    await expect(post(to(`https://other.example:${port}/`, pinned))).rejects.toThrow(/does not match/)
  })
})
