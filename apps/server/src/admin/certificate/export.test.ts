import { type ClientRequest, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { decodePem, parseCertificate } from '@chancery/pki'
import type { CertificateEntry } from '@chancery/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type AdminServer, startAdminServer, TOKEN } from '../testing/admin-server.ts'
import { csvCell } from './csv.ts'

let server: AdminServer
let known: CertificateEntry
let port: number
beforeAll(async () => {
  server = await startAdminServer()
  const { configuration } = await server.context.snapshots.current()
  const entry = await server.store.certificates.get(configuration.raCertificates[0]?.uuid ?? '')
  if (entry === undefined) throw new Error('there is no RA certificate')
  known = entry
  await server.app.listen({ port: 0, host: '127.0.0.1' })
  port = (server.app.server.address() as AddressInfo).port
})
afterAll(() => server.close())

const download = async (query: string) => {
  const { status, headers, text } = await server.call('GET', `/v1/certificates/export${query}`)
  return { status, type: headers['content-type'], name: headers['content-disposition'], text }
}

test('the same certificates come as a table, as lines of JSON, and as themselves', async () => {
  const csv = await download('')
  expect([csv.status, csv.type]).toEqual([200, 'text/csv'])
  expect(csv.name).toMatch(/^attachment; filename="certificates-\d{4}-\d\d-\d\d\.csv"$/)
  const [head, row, ...rest] = csv.text.split('\r\n')
  expect([head?.split(',').length, row?.split(',').slice(0, 3), rest]).toEqual([
    18,
    [known.uuid, 'issued', 'CN=Test RA'],
    [''],
  ])
  const jsonl = await download('?format=jsonl&purpose=ra')
  expect(
    jsonl.text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line).uuid),
  ).toEqual([known.uuid])
  const pem = await download('?format=pem')
  const ders = decodePem(pem.text, 'CERTIFICATE')
  expect(ders.map((der) => parseCertificate(der).digest())).toEqual([known.digest])
  expect((await download('?search=nobody&format=jsonl')).text).toBe('')
  expect((await download('?format=xml')).status).toBe(422)
})

test.each([
  ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\t=1', `"'\t=1"`],
  [' =1', `"' =1"`],
  ['|cmd', `"'|cmd"`],
  ['CN=a,O=b', '"CN=a,O=b"'],
  ['a"b', '"a""b"'],
  ['a\nb', '"a\nb"'],
  ['plain', 'plain'],
])('a cell %j stands in the table as %s, and no spreadsheet runs it', (text, cell) => expect(csvCell(text)).toBe(cell))

test('no more is read than a client takes, and nothing once it is gone', async () => {
  const { certificates } = server.store
  const { page } = certificates
  let pages = 0
  // A list without end.
  Object.assign(certificates, {
    page: async () => ({ certificates: Array.from({ length: 500 }, () => known), next: ++pages }),
  })
  const settled = async () => {
    let before = -1
    while (before !== pages) {
      before = pages
      await setTimeout(300)
    }
    return pages
  }
  try {
    const { request, response } = await open()
    response.pause()
    const untaken = await settled()
    expect(untaken).toBeGreaterThan(0)
    for await (const _ of response) if (pages > untaken + 20) break
    request.destroy()
    const atTheEnd = await settled()
    await setTimeout(300)
    expect(pages).toBe(atTheEnd)
  } finally {
    Object.assign(certificates, { page })
  }
})

function open(): Promise<{ request: ClientRequest; response: IncomingMessage }> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${TOKEN}` }
    const path = '/api/v1/certificates/export?format=jsonl'
    const request = get({ port, path, headers }, (response) => resolve({ request, response }))
    request.on('error', reject)
  })
}
