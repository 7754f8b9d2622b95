import { createPrivateKey } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodePem, der, type GeneralName, nameFromText, parseCertificate, softwareSigningKey } from '@chancery/pki'
import { expect, test } from 'vitest'
import { must } from '../../../tests/command.ts'
import type { Issuer } from './issuer.ts'
import { prepare } from './prepare.ts'
import { newOrder } from './test-issuer.ts'

/** A root made by openssl that may issue for some names only. */
async function constrained(constraints: readonly string[]): Promise<Issuer> {
  const folder = await mkdtemp(join(tmpdir(), 'chancery-names-'))
  const at = (name: string) => join(folder, name)
  const config = [
    '[req]\ndistinguished_name=dn\nx509_extensions=ca\nprompt=no\n[dn]\nCN=Root\n[ca]',
    'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign\nsubjectKeyIdentifier=hash',
    `nameConstraints=critical,${constraints.join(',')}`,
    '[below]\n1.O=Example\n2.OU=Printers',
  ]
  try {
    await writeFile(at('ca.cnf'), config.join('\n'))
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', at('key.pem')]
    await must('openssl', ['req', '-x509', '-config', at('ca.cnf'), ...newKey, '-days', '9', '-out', at('ca.pem')])
    const [bytes] = decodePem(await readFile(at('ca.pem'), 'utf8'))
    return {
      certificate: parseCertificate(bytes as Buffer),
      key: softwareSigningKey(createPrivateKey(await readFile(at('key.pem'), 'utf8'))),
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
]
const issuer = await constrained(CONSTRAINTS)

async function order(names: GeneralName[], subject = 'CN=a', by = issuer): Promise<() => unknown> {
  const now = new Date(by.certificate.notBefore.getTime() + 1000)
  const whole = await newOrder(by, { subjectAltNames: names, subject: nameFromText(subject), now })
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

test('S36 a CA that is constrained in subjects issues for what is below them, whatever the string types', async () => {
  const by = await constrained(['permitted;dirName:below'])
  expect(await order([], 'CN=a,OU=PRINTERS,O=Example', by)).not.toThrow()
  expect(await order([], 'CN=a,OU=Routers,O=Example', by)).toThrow(/the subject is not among the names/)
  expect(await order([], 'O=Example', by)).toThrow(/the subject is not among the names/)
})

test('S36 names of a kind that cannot be compared are not issued where they are constrained', async () => {
  const by = await constrained(['permitted;otherName:1.3.6.1.4.1.311.20.2.3;UTF8:a@example.org'])
  const principal: GeneralName = { type: 'otherName', oid: '1.3.6.1.4.1.311.20.2.3', value: der.utf8String('a@b') }
  expect(await order([principal], 'CN=a', by)).toThrow(/cannot be compared/)
  expect(await order([{ type: 'dns', value: 'a.example' }], 'CN=a', by)).not.toThrow()
})
