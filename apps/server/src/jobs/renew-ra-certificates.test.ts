import { parseCertificate } from '@chancery/pki'
import { parseCaCertificates } from '@chancery/scep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type TestApp, testApp } from '../testing/test-app.ts'

const DAY = 86_400_000

let server: TestApp
beforeAll(async () => {
  server = await testApp()
})
afterAll(() => server.close())

const states = async () => {
  const { raCertificates } = (await server.context.snapshots.current()).configuration
  return raCertificates.map(({ state }) => state)
}
const served = async () => {
  const answer = (await server.context.snapshots.current()).byScepProfile('default')
  if (!('served' in answer)) throw new Error(answer.refused)
  return answer.served
}
const published = async () => {
  const { type, body } = (await served()).caCertificates
  return parseCaCertificates(body, type).map((certificate) => certificate.digest().toString('hex'))
}
const later = async (milliseconds: number) => {
  server.clock.now = new Date(server.clock.now.getTime() + milliseconds)
  await server.runJobs()
}

test('an RA certificate is renewed at two thirds of its life, and nobody is locked out on the way', async () => {
  const [first, ca] = await published()
  await later(243 * DAY)
  expect(await states()).toEqual(['current'])

  await later(DAY)
  expect(await states()).toEqual(['current', 'next'])
  expect(await published(), 'not published before every process has the key').toEqual([first, ca])
  expect((await served()).keys, 'but it opens messages at once').toHaveLength(2)

  await later(9 * 60_000)
  expect(await states()).toEqual(['current', 'next'])
  await later(60_000)
  expect(await states()).toEqual(['retired', 'current'])
  const [second, sameCa, ...more] = await published()
  expect(second).not.toBe(first)
  expect([sameCa, more], 'shape and order of GetCACert stay').toEqual([ca, []])
  const { current, keys } = await served()
  expect(current.certificate.digest().toString('hex')).toBe(second)
  expect(keys.map(({ certificate }) => certificate.digest().toString('hex'))).toEqual([second, first])

  const { raCertificates } = (await server.context.snapshots.current()).configuration
  const [retired] = raCertificates
  const ends = parseCertificate(retired?.certificate as Buffer).notAfter.getTime()
  expect(retired?.decryptsUntil?.getTime()).toBe(ends)

  await later(DAY)
  expect(await states(), 'nothing more is due').toEqual(['retired', 'current'])
})

test('nothing outlives its CA, so near the end of one no certificate is renewed again and again', async () => {
  const { configuration } = await server.context.snapshots.current()
  const ca = parseCertificate(configuration.issuers[0]?.certificate as Buffer)
  server.clock.now = new Date(ca.notAfter.getTime() - 30 * DAY)
  await server.runJobs()
  await later(11 * 60_000)
  const count = (await states()).length
  await later(29 * DAY)
  expect((await states()).length).toBe(count)
})
