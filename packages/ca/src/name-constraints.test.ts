import { createPrivateKey } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodePem, type GeneralName, nameFromText, parseCertificate, softwareSigningKey } from '@chancery/pki'
import { expect, test } from 'vitest'
import { must } from '../../../tests/command.ts'
import type { Issuer } from './issuer.ts'
import { prepare } from './prepare.ts'
import { newOrder } from './test-issuer.ts'

/** A root made by openssl that may issue for some names only. */
async function constrained(constraints: string): Promise<Issuer> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-names-'))
  try {
    const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'ca.pem')]
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key]
    const extension = ['-addext', `nameConstraints=critical,${constraints}`]
    await must('openssl', [
      'req',
      '-x509',
      ...newKey,
      '-subj',
      '/CN=Root',
      '-days',
      '9',
      ...extension,
      '-out',
      certificate,
    ])
    const [bytes] = decodePem(await readFile(certificate, 'utf8'))
    return {
      certificate: parseCertificate(bytes as Buffer),
      key: softwareSigningKey(createPrivateKey(await readFile(key, 'utf8'))),
    }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const CONSTRAINTS = [
  'permitted;DNS:example.org',
  'excluded;DNS:secret.example.org',
  'permitted;IP:10.0.0.0/255.0.0.0',
  'permitted;email:.example.org',
  'permitted;URI:.example.org',
].join(',')
const issuer = await constrained(CONSTRAINTS)

async function order(names: GeneralName[], subject = 'CN=a'): Promise<() => unknown> {
  const now = new Date(issuer.certificate.notBefore.getTime() + 1000)
  const whole = await newOrder(issuer, { subjectAltNames: names, subject: nameFromText(subject), now })
  return () => prepare(whole)
}

test.each<GeneralName>([
  { type: 'dns', value: 'example.org' },
  { type: 'dns', value: 'A.Example.ORG' },
  { type: 'ip', value: '10.1.2.3' },
  { type: 'email', value: 'a@mail.example.org' },
  { type: 'uri', value: 'https://a.example.org/x' },
])('S36 a constrained CA issues for $value', async (name) => {
  expect(await order([name])).not.toThrow()
})

test.each<GeneralName>([
  { type: 'dns', value: 'example.com' },
  { type: 'dns', value: 'notexample.org' },
  { type: 'dns', value: 'a.secret.example.org' },
  { type: 'ip', value: '11.1.2.3' },
  { type: 'ip', value: '2001:db8::1' },
  { type: 'email', value: 'a@example.org' },
  { type: 'uri', value: 'https://example.org.evil.example/' },
  { type: 'uri', value: 'urn:uuid:1' },
])('S36 a constrained CA does not issue for $value', async (name) => {
  expect(await order([name])).toThrow(expect.objectContaining({ code: 'ERR_CA_ORDER' }))
})

test('S36 an e-mail address in the subject is held to the same constraints', async () => {
  expect(await order([], 'CN=a,emailAddress=a@evil.example')).toThrow(/not among the names/)
})

test('S36 one name that is not permitted is enough', async () => {
  const names: GeneralName[] = [
    { type: 'dns', value: 'example.org' },
    { type: 'dns', value: 'example.com' },
  ]
  expect(await order(names)).toThrow(/example\.com is not among the names/)
})
