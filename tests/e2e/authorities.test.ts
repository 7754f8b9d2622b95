import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { encodePem, nameToText } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { admin, createChallenge } from '../admin.ts'
import { chancery } from '../cli.ts'
import { must } from '../command.ts'
import { certificateOf, enrol, fetchCa, newDevice, sealEnrolment } from '../device.ts'
import { temporaryFolder } from '../folder.ts'
import { startServer, type TestServer } from '../server.ts'

/** A CA below a foreign root, run by openssl, from the command line to a device. Each test goes on from the one before. */

const SCEP = '/api/v1/protocols/scep/raProfile/plant/pkiclient.exe'
const KEY_USAGE = 'keyUsage=critical,keyCertSign,cRLSign'
const folder = temporaryFolder()
const at = (file: string) => join(folder, file)
const openssl = (...args: string[]) => must('openssl', args, { cwd: folder })

let server: TestServer
beforeAll(async () => {
  server = await startServer({ env: { CHANCERY_PUBLIC_URL: 'http://scep.example' } })
  const root = [
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
    '-days',
    '3650',
    '-subj',
    '/CN=Foreign Root',
    '-addext',
    KEY_USAGE,
  ]
  await openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', ...root)
  writeFileSync(at('ca.cnf'), 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n')
})
afterAll(() => server.stop())

async function run(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await chancery(server.dataDir, ['authority', ...args], { cwd: folder })
  if (code !== 0) throw new Error(`chancery authority ${args.join(' ')}: ${code}\n${stderr}`)
  return stdout.toString()
}

/** As the people of the foreign root would. */
async function signed(request: string, out: string): Promise<void> {
  writeFileSync(at('sub.csr'), request)
  const root = ['-CA', 'root.pem', '-CAkey', 'root.key', '-CAcreateserial', '-days', '365', '-extfile', 'ca.cnf']
  await openssl('x509', '-req', '-in', 'sub.csr', ...root, '-out', out)
}

const authorityUuid = async () => {
  const all = (await admin(server, 'GET', '/v1/authorities')) as { uuid: string; name: string }[]
  return all.find(({ name }) => name === 'issuing')?.uuid
}

/** A device enrols at the RA profile, and openssl says whether it chains to the foreign root. */
async function enrolled(): Promise<string> {
  const device = await newDevice()
  const ca = await fetchCa(server.url, SCEP)
  const challenge = await createChallenge(server)
  const sealed = await sealEnrolment(device, ca, { challenge, transactionId: `T${challenge}` })
  const certificate = certificateOf(await enrol(server.url, sealed, ca, SCEP))
  writeFileSync(at('device.pem'), encodePem('CERTIFICATE', certificate.der))
  writeFileSync(at('chain.pem'), String(await admin(server, 'GET', `/v1/authorities/${await authorityUuid()}/chain`)))
  await openssl('verify', '-x509_strict', '-CAfile', 'root.pem', '-untrusted', 'chain.pem', 'device.pem')
  return nameToText(certificate.issuer)
}

test('a subordinate is made, its request signed by a foreign root, its certificate brought', async () => {
  await run('create', 'issuing', '--subordinate', '--subject', 'CN=Issuing CA,O=Example', '--key', 'p-256')
  expect(await run('list')).toContain('issuing  no current CA  a request waits for its certificate')
  await signed(await run('request', 'issuing'), 'sub.pem')
  await run('certify', 'sub.pem', '--chain', 'root.pem', '--authority', 'issuing')
  expect(await run('show', 'issuing')).toMatch(/generation +1, current[\s\S]*subject +CN=Issuing CA,O=Example/)
})

test('a device enrols through it, and its certificate chains to the foreign root', async () => {
  const raProfiles = `/v1/authorities/${await authorityUuid()}/raProfiles`
  const made = await admin(server, 'POST', raProfiles, { name: 'plant', attributes: [], enabled: true })
  const { uuid } = made as { uuid: string }
  const profiles = (await admin(server, 'GET', '/v1/scepProfiles')) as { uuid: string }[]
  const activate = `${raProfiles}/${uuid}/protocols/scep/activate/${profiles[0]?.uuid}`
  await admin(server, 'PATCH', activate, { issueCertificateAttributes: [] })
  expect(await enrolled()).toBe('CN=Issuing CA,O=Example')
  const text = (await openssl('x509', '-in', 'device.pem', '-noout', '-text')).toString()
  expect(text).toContain('URI:http://scep.example/pki/issuing/1.crl')
})

test('another URL of the CRL is in the next certificate', async () => {
  await run('set', 'issuing', '--setting', 'crlUrl=http://crl.example/issuing-{generation}.crl')
  await enrolled()
  const text = (await openssl('x509', '-in', 'device.pem', '-noout', '-text')).toString()
  expect(text).toContain('URI:http://crl.example/issuing-1.crl')
})

test('its next key is certified there too, and takes over', async () => {
  await signed(await run('request', 'issuing', '--new'), 'next.pem')
  await openssl(
    'crl2pkcs7',
    '-nocrl',
    '-certfile',
    'next.pem',
    '-certfile',
    'root.pem',
    '-outform',
    'DER',
    '-out',
    'next.p7b',
  )
  await run('certify', 'next.p7b', '--authority', 'issuing')
  const activated = await admin(server, 'POST', `/v1/authorities/${await authorityUuid()}/next/activate`)
  expect(activated).toMatchObject({
    generations: [{ state: 'retired' }, { state: 'current', issuer: 'CN=Foreign Root' }],
  })
  await enrolled()
})

test('disabled, it refuses devices with a sentence and goes on publishing; enabled, it issues again', async () => {
  const refused = await chancery(server.dataDir, ['authority', 'disable', 'issuing'], { cwd: folder })
  expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('--yes') })
  await run('disable', 'issuing', '--yes')
  const answer = await fetch(`${server.url}${SCEP}?operation=GetCACert`)
  expect([answer.status, (await answer.text()).trim()]).toEqual([403, 'The authority "issuing" is disabled.'])
  for (const file of ['1.crt', '2.crt']) {
    expect((await fetch(`${server.url}/pki/issuing/${file}`)).status).toBe(200)
  }
  const deleted = await chancery(server.dataDir, ['authority', 'delete', 'issuing', '--yes'], { cwd: folder })
  expect(deleted.stderr).toContain('RA profile "plant" uses the authority')
  expect(deleted.stderr).toContain('Devices have certificates of the authority')
  await run('enable', 'issuing')
  expect((await fetch(`${server.url}${SCEP}?operation=GetCACert`)).status).toBe(200)
})

test('a CA comes from PKCS #12 and goes again', async () => {
  writeFileSync(at('password'), 'a password\n')
  const ca = ['-inkey', 'root.key', '-in', 'root.pem', '-passout', 'file:password', '-out', 'root.p12']
  await openssl('pkcs12', '-export', ...ca)
  await run('create', 'taken-over', '--pkcs12', 'root.p12', '--password-file', 'password')
  expect(await run('chain', 'taken-over')).toBe((await openssl('x509', '-in', 'root.pem')).toString())
  expect(server.log()).not.toContain('a password')
  await run('delete', 'taken-over', '--yes')
  expect(await run('list')).not.toContain('taken-over')
})
