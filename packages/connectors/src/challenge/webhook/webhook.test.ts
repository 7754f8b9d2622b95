import { createHmac } from 'node:crypto'
import type { ChallengeQuestion, ChallengeVerdict, RememberedAllows, WebhookRule } from '@chancery/ra'
import { Secret } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import { NOW, question } from '../../sample-question.ts'
import { LONGEST_ANSWER, type WebhookRequest, type WebhookResponse } from '../../webhook-post.ts'
import { WebhookCalls } from './calls.ts'
import { webhookChallenge } from './webhook.ts'

const KEY = 'a-webhook-key-for-tests-0123456789abcdef'
const RULE: WebhookRule = {
  url: 'https://hooks.example/scep',
  timeoutMilliseconds: 5000,
  allowPrivateAddresses: false,
  trustedCertificates: null,
}

/** As a receiver in another language would write it down. */
const hmac = (text: string, key = KEY) => `v1=${createHmac('sha256', key).update(text).digest('hex')}`

interface Sent {
  readonly timestamp: string
  readonly key: string
}

interface Reply {
  readonly body?: unknown
  readonly text?: string
  readonly status?: number
  readonly type?: string
  /** Undefined: not signed. */
  readonly sign?: (sent: Sent, body: string) => string | undefined
}

const signed = ({ timestamp, key }: Sent, body: string) => hmac(`${timestamp}.${key}.${body}`)
const ALLOW: Reply = { body: { decision: 'allow' }, sign: signed }

function setUp(reply: Reply | Error = ALLOW, changes: { rule?: WebhookRule | null; key?: string | undefined } = {}) {
  const posts: WebhookRequest[] = []
  const remembered = new Map<string, Date>()
  const allows: RememberedAllows = {
    has: async (key, now) => (remembered.get(key.toString('hex')) ?? new Date(0)) > now,
    remember: async (key, until) => void remembered.set(key.toString('hex'), until),
  }
  const post = async (request: WebhookRequest): Promise<WebhookResponse> => {
    posts.push(request)
    if (reply instanceof Error) throw reply
    const body = reply.text ?? JSON.stringify(reply.body)
    const { 'x-chancery-timestamp': timestamp = '', 'idempotency-key': key = '' } = request.headers
    const signature = reply.sign?.({ timestamp, key }, body)
    return {
      status: reply.status ?? 200,
      headers: { 'content-type': reply.type ?? 'application/json', 'x-chancery-signature': signature },
      body: Buffer.from(body),
    }
  }
  const { rule = RULE, key = KEY } = changes
  const calls = new WebhookCalls<ChallengeVerdict>(2)
  const validator = webhookChallenge({
    rule,
    key: 'key' in changes && changes.key === undefined ? undefined : new Secret(key),
    post,
    allows,
    calls,
  })
  const ask = async (asked: Partial<ChallengeQuestion> = {}) => validator.validate(question(asked))
  return { ask, posts, remembered }
}

describe('the question', () => {
  test('says what is asked for, signed over timestamp and body, with a key of its own', async () => {
    const { ask, posts } = setUp()
    await ask()
    const [{ url, headers, body }] = posts as [WebhookRequest]
    expect(url).toBe(RULE.url)
    expect(headers['x-chancery-timestamp']).toBe(String(NOW.getTime() / 1000))
    expect(headers['x-chancery-signature']).toBe(hmac(`${headers['x-chancery-timestamp']}.${body.toString()}`))
    expect(JSON.parse(body.toString())).toEqual({
      version: 1,
      time: NOW.toISOString(),
      idempotencyKey: headers['idempotency-key'],
      kind: 'first',
      scepProfile: 'default',
      raProfile: 'printers',
      transactionId: 'T-1',
      source: '192.0.2.7',
      challenge: 'right',
      csr: question().csr.der.toString('base64'),
      request: {
        subject: 'CN=printer1',
        subjectAltNames: ['DNS:printer1.example'],
        key: { type: 'ec', curve: 'P-256' },
        extensions: ['2.5.29.17'],
      },
    })
  })

  test('has the same key for the same request, and another one for another challenge, request, URL or key', async () => {
    const keyOf = async (asked: Partial<ChallengeQuestion> = {}, changes = {}) => {
      const { ask, posts } = setUp({ body: { decision: 'deny' } }, changes)
      await ask(asked)
      return posts[0]?.headers['idempotency-key']
    }
    const keys = [
      await keyOf(),
      await keyOf({ challenge: new Secret('wrong') }),
      await keyOf({ idempotencyKey: Buffer.alloc(32, 8) }),
      await keyOf({}, { rule: { ...RULE, url: 'https://other.example/' } }),
      await keyOf({}, { key: `${KEY}-2` }),
    ]
    expect(new Set(keys).size).toBe(keys.length)
    expect(await keyOf({ now: new Date(NOW.getTime() + 60_000) })).toBe(keys[0])
  })

  test('S-2.4-03 S3 is not asked, and everybody refused, where webhook, key or challenge is missing', async () => {
    for (const changes of [{ rule: null }, { key: undefined }, { key: '' }]) {
      const { ask, posts } = setUp(ALLOW, changes)
      expect(await ask()).toMatchObject({ verdict: 'refused' })
      expect(posts).toEqual([])
    }
    const { ask, posts } = setUp()
    expect(await ask({ challenge: new Secret('') })).toMatchObject({ verdict: 'refused' })
    expect(posts).toEqual([])
  })
})

describe('the answer', () => {
  test('allow lets in, once it is remembered for ten minutes, and is not asked for again', async () => {
    const { ask, posts, remembered } = setUp()
    const verdict = await ask()
    const [[key, until] = ['', NOW]] = remembered
    expect(verdict).toEqual({ verdict: 'accepted', use: { allow: Buffer.from(key, 'hex') } })
    expect(until).toEqual(new Date(NOW.getTime() + 600_000))
    expect(await ask({ now: new Date(until.getTime() - 1) })).toEqual(verdict)
    expect(posts).toHaveLength(1)
    await ask({ now: until })
    expect(posts).toHaveLength(2)
  })

  test('deny refuses, pending is undecided; the reason is for the administrator, in one line', async () => {
    const answer = async (body: unknown) => setUp({ body }).ask()
    expect(await answer({ decision: 'deny', reason: 'lost\nor stolen' })).toEqual({
      verdict: 'refused',
      detail: 'the webhook refused it: lost or stolen',
    })
    expect(await answer({ decision: 'pending', retryAfterSeconds: 60 })).toEqual({
      verdict: 'undecided',
      detail: 'the webhook has not decided yet',
      retryAfterSeconds: 60,
    })
    for (const retryAfterSeconds of [-1, 0, 1.5, '60', null]) {
      expect(await answer({ decision: 'pending', retryAfterSeconds })).not.toHaveProperty('retryAfterSeconds')
    }
  })

  const NO_ANSWER: [string, Reply | Error, RegExp][] = [
    ['none at all', new Error('connect ECONNREFUSED'), /ECONNREFUSED/],
    ['a redirect', { ...ALLOW, status: 302 }, /redirect/],
    ['HTTP 500', { ...ALLOW, status: 500 }, /HTTP 500/],
    ['HTTP 201', { ...ALLOW, status: 201 }, /HTTP 201/],
    ['another type', { ...ALLOW, type: 'text/html' }, /not application\/json/],
    ['a type that only begins like it', { ...ALLOW, type: 'application/jsonp' }, /not application\/json/],
    ['one that is too long', { text: ' '.repeat(LONGEST_ANSWER + 1), sign: signed }, /longer than/],
    ['no JSON', { text: '{', sign: signed }, /no JSON object/],
    ['no object', { body: 'allow', sign: signed }, /no JSON object/],
    ['null', { body: null, sign: signed }, /no JSON object/],
    ['another decision', { body: { decision: 'ALLOW' }, sign: signed }, /no JSON object/],
    ['an inherited decision', { body: { __proto__: { decision: 'allow' } }, sign: signed }, /no JSON object/],
    ['an unsigned allow', { body: { decision: 'allow' } }, /without a signature/],
    [
      'an allow signed with another key',
      { ...ALLOW, sign: ({ timestamp, key }, body) => hmac(`${timestamp}.${key}.${body}`, 'another') },
      /signature .* wrong/,
    ],
    [
      'an allow of another time',
      { ...ALLOW, sign: ({ timestamp, key }, body) => hmac(`${Number(timestamp) - 1}.${key}.${body}`) },
      /signature .* wrong/,
    ],
    [
      'an allow to another question',
      { ...ALLOW, sign: ({ timestamp }, body) => hmac(`${timestamp}.${'0'.repeat(64)}.${body}`) },
      /signature .* wrong/,
    ],
    [
      'an allow signed like a question',
      { ...ALLOW, sign: ({ timestamp }, body) => hmac(`${timestamp}.${body}`) },
      /signature .* wrong/,
    ],
    ['an allow with an empty signature', { ...ALLOW, sign: () => '' }, /signature .* wrong/],
    ['a deny signed wrongly', { body: { decision: 'deny' }, sign: () => 'v1=00' }, /signature .* wrong/],
  ]
  test.each(NO_ANSWER)('%s is no answer: nobody gets in, and nothing is remembered', async (_what, reply, detail) => {
    const { ask, remembered } = setUp(reply)
    expect(await ask()).toEqual({ verdict: 'undecided', detail: expect.stringMatching(detail) })
    expect(remembered.size).toBe(0)
  })

  test('S-2.4-10 neither challenge nor key is in a verdict', async () => {
    for (const [, reply] of NO_ANSWER)
      expect(JSON.stringify(await setUp(reply).ask())).not.toMatch(/right|a-webhook-key/)
  })
})

describe('open questions', () => {
  test('messages of one request share one, and a profile has no more than may be', async () => {
    let answer: (text: string) => void = () => undefined
    const answered = new Promise<string>((resolve) => {
      answer = resolve
    })
    const calls = new WebhookCalls<string>(2)
    let asked = 0
    const ask = () => {
      asked++
      return answered
    }
    const open = [calls.ask(1, 'a', ask), calls.ask(1, 'a', ask), calls.ask(1, 'b', ask)]
    expect(asked).toBe(2)
    expect(calls.ask(1, 'c', ask)).toBeUndefined()
    expect(calls.ask(2, 'c', ask), 'another profile is not held up').toBeDefined()
    answer('yes')
    expect(await Promise.all(open)).toEqual(['yes', 'yes', 'yes'])
    expect(calls.ask(1, 'c', ask)).toBeDefined()
  })
})
