import http, { type RequestListener } from 'node:http'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { sendToIntune } from './send.ts'

const open: Server[] = []
afterEach(() => {
  for (const server of open.splice(0)) {
    if (server instanceof http.Server) server.closeAllConnections()
    server.close()
  }
})

async function listening(server: Server): Promise<number> {
  open.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

const serve = (listener: RequestListener) => listening(http.createServer(listener))

const REQUEST = { method: 'POST', headers: { 'x-a': 'b' }, longest: 100, signal: AbortSignal.timeout(60_000) } as const

const send = sendToIntune({ environment: {} })

test('an answer is returned with status, headers and octets, and the connection is kept', async () => {
  const sockets = new Set<unknown>()
  const port = await serve((request, response) => {
    sockets.add(request.socket)
    const chunks: Buffer[] = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => response.writeHead(418, { 'X-Seen': request.headers['x-a'] }).end(Buffer.concat(chunks)))
  })
  for (let round = 0; round < 2; round++) {
    const answer = await send({ ...REQUEST, url: `http://127.0.0.1:${port}/a`, body: Buffer.from('grüße') })
    expect(answer).toMatchObject({ status: 418, headers: { 'x-seen': 'b' } })
    expect(answer.body.toString()).toBe('grüße')
  }
  expect(sockets.size).toBe(1)
})

test('I-7.9-17 a redirect is an answer, and is not followed', async () => {
  const asked: (string | undefined)[] = []
  const port = await serve((request, response) => {
    asked.push(request.url)
    response.writeHead(307, { location: '/b' }).end()
  })
  expect(await send({ ...REQUEST, url: `http://127.0.0.1:${port}/a` })).toMatchObject({ status: 307 })
  expect(asked).toEqual(['/a'])
})

test('a longer answer than may be is not read', async () => {
  const port = await serve((_request, response) => response.end('x'.repeat(101)))
  await expect(send({ ...REQUEST, url: `http://127.0.0.1:${port}/` })).rejects.toThrow(/longer than 100 octets/)
})

test('an answer that breaks off is none', async () => {
  const port = await serve((_request, response) => {
    response.writeHead(200, { 'content-length': '50' }).write('half', () => response.socket?.destroy())
  })
  await expect(send({ ...REQUEST, url: `http://127.0.0.1:${port}/` })).rejects.toThrow(/aborted|reset|hang up/i)
})

test('a server that answers no handshake is given up', async () => {
  const port = await listening(createServer(() => undefined))
  const impatient = sendToIntune({ environment: {}, connectMilliseconds: 100 })
  await expect(impatient({ ...REQUEST, url: `https://127.0.0.1:${port}/` })).rejects.toThrow(
    'no connection within 0.1 seconds',
  )
})

test('a slow answer is waited for, however short the time for connecting', async () => {
  const port = await serve((_request, response) => void setTimeout(() => response.end('late'), 300))
  const impatient = sendToIntune({ environment: {}, connectMilliseconds: 100 })
  expect((await impatient({ ...REQUEST, url: `http://127.0.0.1:${port}/` })).body.toString()).toBe('late')
})

test('the signal ends a request that hangs', async () => {
  const port = await serve(() => undefined)
  const hurried = send({ ...REQUEST, url: `http://127.0.0.1:${port}/`, signal: AbortSignal.timeout(50) })
  await expect(hurried).rejects.toThrow(/abort/i)
})

test('the proxy of the environment is used, unless NO_PROXY names the host', async () => {
  const proxied: string[] = []
  const proxy = await listening(
    http.createServer().on('connect', (request, socket) => {
      proxied.push(`CONNECT ${request.url}`)
      socket.end('HTTP/1.1 403 Forbidden\r\n\r\n')
    }),
  )
  const through = sendToIntune({
    environment: { HTTPS_PROXY: `http://127.0.0.1:${proxy}`, NO_PROXY: '127.0.0.1' },
  })
  await expect(through({ ...REQUEST, url: 'https://graph.invalid/v1.0' })).rejects.toThrow()
  expect(proxied).toEqual(['CONNECT graph.invalid:443'])
  const port = await serve((_request, response) => response.end('direct'))
  expect((await through({ ...REQUEST, url: `http://127.0.0.1:${port}/` })).body.toString()).toBe('direct')
})
