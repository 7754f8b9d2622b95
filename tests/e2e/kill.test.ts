import { randomInt } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import {
  certificateOf,
  type Device,
  type Enrolment,
  enrol,
  fetchCa,
  newDevices,
  type PublishedCa,
  read,
  sealEnrolment,
} from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { drive } from '../load.ts'
import { startServer } from '../server.ts'
import { storedCertificates } from './stored-certificates.ts'

/** How often the server is killed; `.ci/run` takes 50. */
const KILLS = Number(process.env.CHANCERY_KILLS ?? 10)
const NEW_REQUESTS_A_ROUND = 80
const AT_ONCE = 8
/** A round of requests takes about this long on a small machine, so that kills hit its beginning, middle and end. */
const LONGEST_WAIT_MS = 250

test(`after kill -9 at ${KILLS} random moments no certificate is lost and none is made twice`, {
  timeout: 120_000 + KILLS * 20_000,
}, async () => {
  const dataDir = temporaryFolder()
  const server = await startServer({ dataDir, env: { CHANCERY_WORKERS: '2' } })
  const total = KILLS * NEW_REQUESTS_A_ROUND
  // Exactly as many uses as requests: a use lost in a crash would leave somebody without.
  const challenge = await createChallenge(server, { uses: total })
  const ca = await fetchCa(server.url)
  const devices = await newDevices(4)
  const certificates = new Map<Enrolment, Buffer>()
  let unanswered: Enrolment[] = []

  for (let round = 0; round < KILLS; round++) {
    const fresh = await newRequests(devices, ca, challenge, round)
    const asked = [...unanswered, ...fresh]
    const load = drive([server.url], asked, AT_ONCE)
    await sleep(randomInt(LONGEST_WAIT_MS))
    // Its workers must not go on without the primary, nor need it to be told.
    await server.kill(round % 3 === 2 ? 'primary' : 'all')
    const { replies, otherStatuses } = await load
    expect(otherStatuses.filter((status) => status !== 503)).toEqual([])
    for (const [enrolment, reply] of replies)
      certificates.set(enrolment, certificateOf(await read(enrolment, reply, ca)).der)
    unanswered = asked.filter((enrolment) => !replies.has(enrolment))
    await server.restart()
    for (const enrolment of [...replies.keys()].slice(-3))
      expect(certificateOf(await enrol(server.url, enrolment, ca)).der).toEqual(certificates.get(enrolment))
  }

  // Who got no answer asks again and gets its certificate, whether or not one was made before the kill.
  for (const enrolment of unanswered)
    certificates.set(enrolment, certificateOf(await enrol(server.url, enrolment, ca)).der)
  expect(certificates.size).toBe(total)
  const [late] = await newRequests(devices, ca, challenge, KILLS)
  if (late === undefined) throw new Error('no request')
  expect(await enrol(server.url, late, ca)).toMatchObject({ status: 'FAILURE', failInfo: 'badRequest' })
  expect(await server.stop()).toBe(0)

  const stored = storedCertificates(dataDir)
  const devicesOf = stored.filter(({ subject }) => subject.includes('kill-'))
  expect(new Set(stored.map(({ serial }) => serial)).size).toBe(stored.length)
  expect(devicesOf.map(({ der }) => der.toString('hex')).toSorted()).toEqual(
    [...certificates.values()].map((der) => der.toString('hex')).toSorted(),
  )
})

function newRequests(devices: readonly Device[], ca: PublishedCa, challenge: string, round: number) {
  return Promise.all(
    Array.from({ length: NEW_REQUESTS_A_ROUND }, (_, index) => {
      const device = devices[index % devices.length]
      if (device === undefined) throw new Error('no device')
      return sealEnrolment(device, ca, { subject: `CN=kill-${round}-${index}`, challenge })
    }),
  )
}
