import { mkdtempSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { chancery } from '../cli.ts'
import { must } from '../command.ts'
import { temporaryFolder } from '../folder.ts'
import { CLIENTS } from './client.ts'
import { type Recorder, recordBefore, tell } from './recorder.ts'
import { type Scepserver, startScepserver } from './scepserver.ts'
import { withClient } from './with-client.ts'

const CHALLENGE = 'a challenge of scepserver'
/** Its CA certificate has no keyEncipherment, and its replies are encrypted with single DES whatever it advertises. */
const TOLERANT = ['--ignore-key-usage', '--legacy-des']

const KNOWN_FAULTS = [
  'S-2.1.2-01', // no keyEncipherment in the CA certificate that messages are encrypted to
  'S-2.9-03', // single DES, also in answer to AES
  'S-3.2.1.4-12', // HTTP 500 where a signature is wrong
  'S-3.3.4-03', // HTTP 500 for GetCert and GetCRL
  'S-4.4-02', // HTTP 500 for CertPoll
  'S-5.2-02', // the same message again gets another certificate
]

/** Our client with somebody else's server. */
withClient(CLIENTS.scepserver, (scepserver) => {
  const folder = temporaryFolder()
  let server: Scepserver
  let wire: Recorder
  beforeAll(async () => {
    server = await startScepserver(scepserver, folder, { challenge: CHALLENGE })
    wire = await recordBefore(new URL(server.url).origin)
  })
  afterAll(async () => {
    await wire?.close()
    await server?.stop()
  })

  const newFolder = () => mkdtempSync(join(folder, 'device-'))
  const scep = (verb: string, args: readonly string[]) => chancery(folder, ['scep', verb, ...args])
  const enrol = (out: string, options: readonly string[], challenge = CHALLENGE) =>
    scep('enrol', [
      ...[`${wire.url}/scep`, '--subject', 'CN=our device,O=Interop', '--challenge', challenge],
      ...['--trust-on-first-use', '--out', out, ...options],
    ])
  const expectVerified = async (device: string) => {
    const at = (name: string) => join(device, name)
    const verdict = await must('openssl', ['verify', '-CAfile', at('ca.pem'), at('cert.pem')])
    expect(verdict.toString().trim()).toBe(`${at('cert.pem')}: OK`)
    return readFileSync(at('cert.pem'), 'utf8')
  }

  test('S-2.1.2-02 does not encrypt to its CA, which may not decipher keys, unless told to', async () => {
    const { code, stderr } = await enrol(newFolder(), [])
    expect(code, stderr).toBe(4)
    expect(stderr).toContain('keyEncipherment')
  })

  test('does not open its reply in single DES, unless told to', async () => {
    const { code, stderr } = await enrol(newFolder(), ['--ignore-key-usage'])
    expect(code, stderr).toBe(4)
    expect(stderr).toContain('des-cbc')
  })

  test('enrols, and renews by RenewalReq and by PKCSReq, with the challenge that it demands each time', async () => {
    const device = newFolder()
    const enrolment = await enrol(device, TOLERANT)
    expect(enrolment.code, enrolment.stderr).toBe(0)
    const certificates = [await expectVerified(device)]
    for (const [form, messageType] of [
      [[], '17'],
      [['--as-pkcsreq'], '19'],
    ] as const) {
      const before = wire.exchanges.length
      const challenge = ['--challenge', CHALLENGE]
      const renewal = await scep('renew', [`${wire.url}/scep`, '--in', device, ...TOLERANT, ...challenge, ...form])
      expect(renewal.code, renewal.stderr).toBe(0)
      expect(tell(wire.exchanges.slice(before))).toMatchObject([{ messageType, pkiStatus: '0' }])
      certificates.push(await expectVerified(device))
    }
    expect(new Set(certificates).size).toBe(3)
  })

  test('tells its refusal from an outage', async () => {
    const { code, stderr } = await enrol(newFolder(), TOLERANT, 'wrong')
    expect(code, stderr).toBe(12)
    expect(stderr).toContain('badRequest')
  })

  test('after a lost answer its want of CertPoll loses nothing, and the request sent again is answered', async () => {
    const device = newFolder()
    wire.losing = true
    const lost = await enrol(device, TOLERANT)
    wire.losing = false
    expect(lost.code, lost.stderr).toBe(3)

    const poll = (...options: string[]) =>
      scep('poll', [device, ...TOLERANT, '--challenge', CHALLENGE, '--poll-by', ...options])
    const polled = await poll('certpoll')
    expect(polled.code, polled.stderr).toBe(3)
    expect(polled.stderr).toContain('HTTP 500: not implemented')

    const resent = await poll('resend')
    expect(resent.code, resent.stderr).toBe(0)
    const messages = wire.exchanges.filter(({ method }) => method === 'POST')
    expect(tell(messages.slice(-1))).toMatchObject([{ messageType: '19', pkiStatus: '0' }])
    await expectVerified(device)
  })

  test('a probe finds its known faults', async () => {
    const { code, stdout, stderr } = await scep('probe', [server.url, '--challenge', CHALLENGE, '--json'])
    expect(code, stderr).toBe(20)
    const { findings } = JSON.parse(stdout.toString()) as { findings: { verdict: string; clauses: string[] }[] }
    const broken = findings.filter(({ verdict }) => verdict === 'broken').flatMap(({ clauses }) => clauses)
    expect(broken).toEqual(expect.arrayContaining(KNOWN_FAULTS))
  })
})
