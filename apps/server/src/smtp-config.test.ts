import { expect, test } from 'vitest'
import { readSmtp } from './smtp-config.ts'

const FROM = 'chancery@example.org'

function read(url: string | undefined, from: string | undefined = FROM) {
  const faults: string[] = []
  return { smtp: readSmtp({ url, from }, (fault) => faults.push(fault)), faults }
}

test.each([
  ['smtp://mail.example', { host: 'mail.example', port: 587, secure: false, requireTls: true, user: undefined }],
  ['smtp://mail.example:25?tls=off', { port: 25, requireTls: false }],
  ['smtp://127.0.0.1:2525', { host: '127.0.0.1', requireTls: false }],
  ['smtp://[::1]:2525', { host: '::1', requireTls: false }],
  ['smtps://mail.example', { port: 465, secure: true, requireTls: false }],
  ['smtp://ops%40example.org:p%3Aw@mail.example', { user: 'ops@example.org' }],
])('%s is a mail server', (url, expected) => {
  const { smtp, faults } = read(url)
  expect(faults).toEqual([])
  expect(smtp).toMatchObject({ ...expected, from: FROM })
})

test('the password is a secret', () => {
  const { smtp } = read('smtp://ops:p%3Aw@mail.example')
  expect(smtp?.password?.reveal()).toBe('p:w')
  expect(JSON.stringify(smtp)).not.toContain('p:w')
})

test.each([
  'mail.example',
  'http://mail.example',
  'smtp://',
  'smtp://mail.example/x',
  'smtp://mail.example?tls=no',
  'smtp://u:%zz@mail.example',
  'smtp://mail.example?starttls=off',
])('%s is none, and the fault repeats nothing of it', (url) => {
  const { smtp, faults } = read(url)
  expect(smtp).toBeUndefined()
  expect(faults).toEqual([expect.stringMatching(/^CHANCERY_SMTP_URL: write /)])
})

test.each(['', 'nobody', 'a b@example.org', 'x@example.org\r\nBcc: y@example.org', 'Ops <ops@example.org>'])(
  'mails come from no address like %j',
  (from) => {
    expect(read('smtp://mail.example', from).faults).toEqual([expect.stringMatching(/^CHANCERY_SMTP_FROM/)])
  },
)

test('without a mail server there is none, and an address alone is a fault', () => {
  expect(readSmtp({ url: undefined, from: undefined }, () => expect.fail())).toBeUndefined()
  expect(read(undefined).faults).toEqual(['CHANCERY_SMTP_URL: missing beside CHANCERY_SMTP_FROM'])
})
