import { parseCertificate, verifyCertificate } from '@chancery/pki'
import type { Configuration } from '@chancery/ra'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { nextIssuer } from '../rollover/next-issuer.ts'
import { withdrawalOf } from '../rollover/stepping-back.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'

const DAY = 86_400_000

let server: TestApp
beforeEach(async () => {
  server = await testApp()
})
afterEach(() => server.close())

const configuration = async () => (await server.context.snapshots.current()).configuration
const later = async (milliseconds: number) => {
  server.clock.now = new Date(server.clock.now.getTime() + milliseconds)
  await server.runJobs()
}
const states = async () => (await configuration()).issuers.map(({ state }) => state)
const authorityOf = ({ authorities }: Configuration) => {
  const [authority] = authorities
  if (authority === undefined) throw new Error('no authority')
  return authority
}

async function prepare(currentFrom: Date | null) {
  const before = await configuration()
  const order = { keyKind: undefined, years: 20, currentFrom }
  const made = await nextIssuer(before, authorityOf(before), order, { publicUrl: undefined, now: server.clock.now })
  if ('refused' in made) throw new Error(made.refused)
  await server.store.configuration.addNextIssuer(made, before.version)
}

test('a next CA takes over on its date, once', async () => {
  await prepare(new Date(server.clock.now.getTime() + 30 * DAY))
  await later(29 * DAY)
  expect(await states()).toEqual(['current', 'next'])
  await later(DAY)
  expect(await states()).toEqual(['retired', 'current'])
  const { version } = await configuration()
  await later(DAY)
  expect((await configuration()).version).toBe(version)
  expect(server.lines.filter(({ msg }) => msg === 'the next CA took over on its date')).toHaveLength(1)
})

test('of two nodes whose jobs run at once one switches over', async () => {
  await prepare(new Date(server.clock.now.getTime() + DAY))
  const { version } = await configuration()
  server.clock.now = new Date(server.clock.now.getTime() + DAY)
  await Promise.all([server.runJobs(), server.runJobs()])
  expect(await states()).toEqual(['retired', 'current'])
  expect((await configuration()).version).toBe(version + 1)
})

test('without a date it waits for the command, but takes over when the current CA has ended', async () => {
  await prepare(null)
  const [current] = (await configuration()).issuers
  const ends = parseCertificate(current?.certificate as Buffer).notAfter.getTime()
  await later(ends - server.clock.now.getTime() - DAY)
  expect(await states()).toEqual(['current', 'next'])
  await later(DAY)
  expect(await states()).toEqual(['retired', 'current'])
})

test('RA certificates of the current and of the next CA are renewed in one round, each under its own CA', async () => {
  await prepare(null)
  const byIssuer = async () => {
    const { issuers, raCertificates } = await configuration()
    return issuers.map(({ id, certificate }) => ({
      key: parseCertificate(certificate).publicKey,
      own: raCertificates.filter(({ issuerId }) => issuerId === id),
    }))
  }
  await later(244 * DAY)
  for (const { key, own } of await byIssuer()) {
    expect(own.map(({ state }) => state)).toEqual(['current', 'next'])
    for (const { certificate } of own) expect(verifyCertificate(parseCertificate(certificate), key)).toBe(true)
  }
  await later(11 * 60_000)
  for (const { own } of await byIssuer()) expect(own.map(({ state }) => state)).toEqual(['retired', 'current'])
})

test('RA certificates of a CA that stepped back are not renewed', async () => {
  await prepare(new Date(server.clock.now.getTime() + DAY))
  await later(DAY)
  await later(300 * DAY)
  await later(11 * 60_000)
  const { raCertificates, issuers } = await configuration()
  const former = raCertificates.filter(({ issuerId }) => issuerId === issuers[0]?.id)
  expect(former.map(({ state }) => state)).toEqual(['retired'])
})

test('a next CA that was withdrawn takes over neither on its date nor ever, and the next one has another number', async () => {
  await prepare(new Date(server.clock.now.getTime() + DAY))
  const before = await configuration()
  const change = withdrawalOf(before, authorityOf(before), server.clock.now)
  if ('refused' in change) throw new Error(change.refused)
  await server.store.configuration.withdrawNextIssuer(change, before.version)
  await later(2 * DAY)
  expect(await states()).toEqual(['current', 'withdrawn'])
  await prepare(null)
  expect((await configuration()).issuers.map(({ generation }) => generation)).toEqual([1, 2, 3])
  const served = (await server.context.snapshots.current()).byScepProfile('default')
  if (!('served' in served)) throw new Error(served.refused)
  const { keys, otherServices, endpoint } = served.served
  expect(keys, 'its RA certificate is out there, so it opens messages').toHaveLength(3)
  const [, withdrawn] = (await configuration()).raCertificates
  expect(otherServices.get(withdrawn?.uuid ?? '')?.endpoint.authority, 'and the current CA issues').toBe(
    endpoint.authority,
  )
})
