import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { Secret } from '../secret.ts'
import { CHALLENGE, type Faults, fakeServer } from '../testing/fake-server.ts'
import { seenReply } from './answer.ts'
import type { ProbeFinding } from './finding.ts'
import { type ProbeReport, probe } from './probe.ts'

/** Within the life of the CA of the fake server. */
const NOW = new Date('2026-06-01T12:00:00Z')

async function look(faults: Faults = {}, challenge: string | undefined = CHALLENGE): Promise<ProbeReport> {
  return probe({
    url: 'http://ca.example/scep',
    fetch: fakeServer(NOW, faults).fetch,
    now: () => NOW,
    subject: 'CN=probe',
    oneTime: true,
    ...(challenge === undefined ? {} : { challenge: new Secret(challenge) }),
  })
}

const findings = ({ sections }: ProbeReport): ProbeFinding[] => sections.flatMap((section) => section.findings)
const brokenIn = (report: ProbeReport): ProbeFinding[] => findings(report).filter(({ verdict }) => verdict === 'broken')

test('a server that does everything as it should has nothing broken, and most of it was looked at', async () => {
  const report = await look()
  expect(brokenIn(report)).toEqual([])
  const met = new Set(findings(report).flatMap(({ verdict, clauses }) => (verdict === 'met' ? clauses : [])))
  expect(met.size).toBeGreaterThan(40)
  expect(report.sections.filter(({ skipped }) => skipped !== undefined)).toEqual([])
  expect(report.issued).toBeDefined()
})

test('without a challenge nothing is asked that could be granted', async () => {
  const server = fakeServer(NOW, { openDoor: true })
  const types: (string | undefined)[] = []
  const report = await probe({
    url: 'http://ca.example/scep',
    now: () => NOW,
    subject: 'CN=probe',
    fetch: (url, init) => {
      if (init.body instanceof Uint8Array) types.push(messageTypeOf(Buffer.from(init.body)))
      return server.fetch(url, init)
    },
  })
  expect(server.issued.size).toBe(0)
  expect(new Set(types)).toEqual(new Set([undefined, '20', '21', '22', '23']))
  expect(types.length).toBeGreaterThan(20)
  const skipped = report.sections.filter((section) => section.skipped !== undefined).map(({ name }) => name)
  expect(skipped).toEqual(['closed-door', 'enrolment', 'afterwards', 'renewal'])
})

/** undefined: no message of SCEP. */
function messageTypeOf(message: Buffer): string | undefined {
  return seenReply({ status: 200, contentType: undefined, body: message }, [])?.messageType
}

const FAULTS: readonly [string, Faults, string][] = [
  ['capabilities in HTML', { capabilitiesType: 'text/html' }, 'S-3.5.2-14'],
  ['an empty line in the capabilities', { capabilities: 'AES\n\nSHA-256\n' }, 'S-3.5.2-01'],
  ['a keyword that does not exist', { capabilities: 'AES\nsha256\nSHA-256\n' }, 'S-3.5.2-02'],
  ['SCEPStandard without what it implies', { capabilities: 'SCEPStandard\nSHA-256\nAES\n' }, 'S-3.5.2-04'],
  ['GetNextCACert offered and not there', { capabilities: 'AES\nSHA-256\nGetNextCACert\n' }, 'S-3.5.2-09'],
  [
    'one certificate under the label of several',
    { caCertificatesType: 'application/x-x509-ca-ra-cert' },
    'S-4.2.1.1-01',
  ],
  ['HTTP 500 for what makes no sense', { nonsense: 500 }, 'S-4.1-12'],
  ['HTTP 200 for PUT', { put: 200 }, 'S-4.1-15'],
  ['a reply under another media type', { replyType: 'application/octet-stream' }, 'S-4.3-03'],
  ['a reply with HTTP 400', { replyStatus: 400 }, 'S-4.3-04'],
  ['another transactionID', { reply: () => ({ to: { transactionId: 'X' as never } }) }, 'S-3.2.1.1-02'],
  ['another recipientNonce', { reply: () => ({ to: { senderNonce: randomBytes(16) } }) }, 'S-3.2.1.5-02'],
  ['no recipientNonce', { reply: () => ({ to: { senderNonce: undefined } }) }, 'S-3.2.1.5-02'],
  ['the nonce sent back', { reply: ({ senderNonce }) => ({ nonce: senderNonce ?? randomBytes(16) }) }, 'S-3.2.1.5-04'],
  ['PENDING for everything', { reply: () => ({ reply: { status: 'PENDING' } }) }, 'S-4.4-02'],
  ['certificates for everybody', { openDoor: true }, 'S-2.4-04'],
  ['another certificate for the same message', { forgetful: true, openDoor: true }, 'S-5.2-02'],
  ['a second certificate for a one-time challenge', { openDoor: true }, 'S-2.4-05'],
  ['certificates for whoever looks like a holder', { gullible: true }, 'S-2.3-12'],
  ['other subjects by renewal', { gullible: true }, 'S-2.5-03'],
  ['renewal for a self-signed signer', { gullible: true }, 'S-2.3-11'],
  ['certificates for whoever polls', { talkative: true }, 'S-5.2-09'],
  ['a negative serial number', { issue: { serialNumber: Buffer.from([0x80, 1]) } }, 'S-3.3.2.1-09'],
  ['a certificate that outlives its CA', { issue: { notAfter: new Date('2049-01-01') } }, 'S-3.3.2.1-09'],
]

test.each(FAULTS)('%s is found', async (_, faults, clause) => {
  const report = await look(faults)
  expect(brokenIn(report).flatMap(({ clauses }) => clauses)).toContain(clause)
})

test('a server that answers nothing, or nonsense, is described and throws nothing', async () => {
  const answers = [
    () => Promise.reject(new TypeError('fetch failed')),
    async () => new Response('<html>', { status: 200 }),
    async () => new Response(new Uint8Array(randomBytes(300)), { status: 200 }),
    async () => new Response(null, { status: 302 }),
  ]
  for (const fetch of answers) {
    const report = await probe({
      ...{ url: 'http://ca.example/scep', fetch, now: () => NOW, subject: 'CN=probe' },
      challenge: new Secret('x'),
    })
    expect(brokenIn(report).length).toBeGreaterThan(3)
  }
})

test('progress goes from the first check to the last', async () => {
  const steps: number[] = []
  await probe({
    ...{ url: 'http://ca.example/scep', fetch: fakeServer(NOW).fetch, now: () => NOW, subject: 'CN=probe' },
    onProgress: ({ done, of }) => steps.push(done / of),
  })
  expect(steps).toEqual([...steps].sort((a, b) => a - b))
  expect(steps[0]).toBe(0)
})
