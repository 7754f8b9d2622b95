import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import type { NoticeChannel } from '@chancery/ra'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, describe, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'
import { composeMail } from './mail.ts'
import { auditEvent, channel } from './testing/events.ts'

const closing: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
})

/** What arrived, as it came over the wire. */
async function startSmtp(
  options: SMTPServerOptions = {},
): Promise<{ readonly port: number; readonly mails: string[] }> {
  const mails: string[] = []
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    async onData(stream, _session, callback) {
      mails.push(await text(stream))
      callback()
    },
    ...options,
  })
  server.on('error', () => undefined)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  closing.push(() => new Promise((resolve) => server.close(() => resolve(undefined))))
  return { port: (server.server.address() as AddressInfo).port, mails }
}

async function start(url: string): Promise<{ readonly server: TestApp; readonly mine: NoticeChannel }> {
  const server = await testApp({
    CHANCERY_SMTP_URL: url,
    CHANCERY_SMTP_FROM: 'chancery@example.org',
    CHANCERY_PUBLIC_URL: 'https://scep.example',
  })
  closing.push(() => server.close())
  const delivery = { kind: 'email', to: ['ops@example.org', 'pki@example.org'] } as const
  const mine = channel(server.clock.now, { delivery })
  await server.store.notices.channels.create(mine)
  return { server, mine }
}

async function happens(server: TestApp, ...names: string[]): Promise<void> {
  const at = server.clock.now
  await server.store.audit.record(names.map((name) => auditEvent(at, { object: { kind: 'certificate', name } })))
  await server.runJobs()
  await server.runJobs()
}

async function later(server: TestApp, milliseconds: number): Promise<void> {
  server.clock.now = new Date(server.clock.now.getTime() + milliseconds)
  await server.runJobs()
}

const states = async (server: TestApp) => {
  const { notices } = await server.store.notices.outbox.list({ limit: 99 })
  return notices.map(({ state, trouble }) => [state, trouble])
}

describe('by mail', () => {
  test('what happens within a minute is one mail to all addresses', async () => {
    const smtp = await startSmtp()
    const { server } = await start(`smtp://127.0.0.1:${smtp.port}`)
    await happens(server, ...Array.from({ length: 60 }, (_, number) => `CN=printer${number}`))
    expect(smtp.mails, 'the minute is not over').toEqual([])
    await later(server, 60_000)
    expect(smtp.mails).toHaveLength(1)
    // As it reads without quoted-printable.
    const mail = (smtp.mails[0] ?? '').replaceAll('=\r\n', '').replaceAll('=3D', '=')
    expect(mail).toContain('From: chancery@example.org')
    expect(mail).toContain('To: ops@example.org, pki@example.org')
    expect(mail).toContain('CN=printer0 ')
    expect(mail).toContain('And 10 more.')
    expect(mail).toContain('https://scep.example/')
    expect((await states(server)).every(([state]) => state === 'delivered')).toBe(true)
  })

  test('a mail server that refuses is asked again later, with the same Message-ID', async () => {
    let isRefusing = true
    const smtp = await startSmtp({
      onMailFrom: (_address, _session, callback) =>
        callback(isRefusing ? Object.assign(new Error('not now'), { responseCode: 451 }) : null),
    })
    const { server } = await start(`smtp://127.0.0.1:${smtp.port}`)
    await happens(server, 'CN=a')
    await later(server, 60_000)
    expect(await states(server)).toEqual([['waiting', expect.stringContaining('not now')]])
    const [before] = (await server.store.notices.outbox.list({ limit: 1 })).notices
    isRefusing = false
    await later(server, 120_000)
    expect(await states(server)).toEqual([['delivered', null]])
    expect(smtp.mails[0]).toContain(`Message-ID: <${before?.uuid}@example.org>`)
  })

  test('where TLS is asked for and the mail server has none, nothing is sent', async () => {
    const smtp = await startSmtp()
    const { server } = await start(`smtps://127.0.0.1:${smtp.port}`)
    await happens(server, 'CN=a')
    await later(server, 60_000)
    expect(smtp.mails).toEqual([])
    expect(await states(server)).toEqual([['waiting', expect.any(String)]])
  })

  test('a wrong password is told, and is itself in no log and no answer', async () => {
    const smtp = await startSmtp({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: (_auth, _session, done) => done(new Error('no')),
    })
    const { server } = await start(`smtp://chancery:geheim-123@127.0.0.1:${smtp.port}`)
    await happens(server, 'CN=a')
    await later(server, 60_000)
    const told = JSON.stringify([await states(server), server.lines])
    expect(told).toContain('waiting')
    expect(told).not.toContain('geheim-123')
  })
})

describe('a mail', () => {
  const told = (name: string) => ({
    event: 'certificate.issued' as const,
    payload: { at: '2026-06-01T12:00:00.000Z', object: { name }, certificate: null, by: null, detail: {} },
  })

  test('of one thing has it in the subject; a name with line breaks makes no header and no line', () => {
    const { subject, text: body } = composeMail(
      [told('CN=x\r\nBcc: evil@example.org\r\n\r\nhello\u2028\u202e')],
      undefined,
    )
    expect(subject).toBe('[Chancery] Certificate issued: CN=x Bcc: evil@example.org hello ')
    expect(body.trimEnd().split('\n')).toHaveLength(1)
  })

  test('of many things counts them, and stays short whatever they are called', () => {
    const { subject, text: body } = composeMail(
      Array.from({ length: 5000 }, () => told('x'.repeat(9999))),
      undefined,
    )
    expect(subject).toBe('[Chancery] 5000 notices: 5000 × certificate issued')
    expect(body.length).toBeLessThan(20_000)
    expect(body).toContain('And 4950 more.')
  })
})
