import { buildOcspRequest, issuerHashes, parseCertificate } from '@chancery/pki'
import { type OcspStore, StoreError } from '@chancery/store'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../../testing/test-app.ts'
import { OcspResponder } from './responder.ts'

let server: TestApp
let question: Buffer
beforeAll(async () => {
  server = await testApp()
  const { configuration } = await server.context.snapshots.current()
  const ca = parseCertificate(configuration.issuers[0]?.certificate as Buffer)
  const { serialNumber } = parseCertificate(configuration.raCertificates[0]?.certificate as Buffer)
  const certId = { ...issuerHashes(ca, 'sha1'), digest: 'sha1', withNull: true, serialNumber } as const
  question = buildOcspRequest({ certIds: [certId] })
})
afterAll(() => server.close())

/** With a store that differs from the right one in this. */
function responder(change: Partial<OcspStore>): OcspResponder {
  const { context } = server
  return new OcspResponder({ ...context, store: { ...context.store, ocsp: { ...context.store.ocsp, ...change } } })
}

const outcome = async (change: Partial<OcspStore>) => {
  const answer = await responder(change).answer('default', question)
  return 'signed' in answer ? answer.signed.standing.state : answer.refused
}

const standing = async (...[issuer, serial]: Parameters<OcspStore['standing']>) => {
  const found = await server.store.ocsp.standing(issuer, serial)
  if (found === undefined) throw new Error('no certificate')
  return found
}

test('what is held back is unknown until it is released, but told once it is revoked', async () => {
  const held = (state: 'issued' | 'revoked') => ({
    standing: async (issuer: number, serial: string) => ({ ...(await standing(issuer, serial)), held: true, state }),
  })
  expect(await outcome({})).toBe('issued')
  expect(await outcome(held('issued'))).toBe('unauthorized')
  expect(await outcome(held('revoked'))).toBe('revoked')
})

test('as long as an issuer has no signer, clients are asked to come later', async () => {
  const none = async (issuer: number, serial: string) => ({ ...(await standing(issuer, serial)), signer: null })
  expect(await outcome({ standing: none })).toBe('tryLater')
})

test('a signer that stepped back between two reads is not waited for: its successor answers', async () => {
  let reads = 0
  const change: Partial<OcspStore> = {
    async standing(issuer, serial) {
      const found = await standing(issuer, serial)
      return reads++ === 0 ? { ...found, signer: 'stepped back' } : found
    },
  }
  expect(await outcome(change)).toBe('issued')
  expect(await outcome({ signer: async () => undefined })).toBe('tryLater')
})

test('a store that does not answer is tryLater, and a fault of ours internalError, both in the log', async () => {
  const failing = (error: Error) => ({ standing: () => Promise.reject(error) })
  expect(await outcome(failing(new StoreError('ERR_STORE_UNAVAILABLE', 'down')))).toBe('tryLater')
  expect(await outcome(failing(new TypeError('a fault')))).toBe('internalError')
  expect(server.lines.filter(({ msg }) => msg === 'no OCSP answer')).toHaveLength(2)
})

test('more than a process can work on at a time is tryLater at once', async () => {
  const gate = Promise.withResolvers<void>()
  const slow = responder({ standing: (issuer, serial) => gate.promise.then(() => standing(issuer, serial)) })
  const waiting = Array.from({ length: 512 }, () => slow.answer('default', question))
  expect(await slow.answer('default', question)).toEqual({ refused: 'tryLater' })
  gate.resolve()
  const answers = await Promise.all(waiting)
  expect(answers.every((answer) => 'signed' in answer)).toBe(true)
  expect(await slow.answer('default', question)).toMatchObject({ isShared: true })
})

test('once the CA certificate has ended nobody answers for it', async () => {
  const { now } = server.clock
  server.clock.now = new Date(now.getTime() + 40 * 365 * 86_400_000)
  expect(await outcome({})).toBe('unauthorized')
  server.clock.now = now
})
