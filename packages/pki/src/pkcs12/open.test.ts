import { createPrivateKey } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { must } from '../../../../tests/command.ts'
import * as pki from '../index.ts'

const { der } = pki
const PASSWORD = 'pä$$wörd 🔑'

let folder: string
const at = (name: string) => join(folder, name)
const openssl = (...args: string[]) => must('openssl', args, { cwd: folder })

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'chancery-pkcs12-'))
  await openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=Root',
    '-keyout',
    'root.key',
    '-out',
    'root.pem',
  )
  await openssl(
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:P-256',
    '-nodes',
    '-subj',
    '/CN=Other',
    '-keyout',
    'other.key',
    '-out',
    'other.pem',
  )
  await writeFile(at('password'), PASSWORD)
})
afterAll(() => rm(folder, { recursive: true }))

async function exported(...options: string[]): Promise<Buffer> {
  const files = ['-inkey', 'root.key', '-in', 'root.pem', '-certfile', 'other.pem']
  await openssl('pkcs12', '-export', ...files, '-passout', 'file:password', '-out', 'file.p12', ...options)
  return readFile(at('file.p12'))
}

const pemOf = async (name: string, label: string) => pki.decodePem(await readFile(at(name), 'utf8'), label)[0] as Buffer

async function expectContents(file: Buffer, password = PASSWORD): Promise<void> {
  const { privateKeys, certificates } = await pki.openPkcs12(file, password)
  expect(certificates).toEqual([await pemOf('root.pem', 'CERTIFICATE'), await pemOf('other.pem', 'CERTIFICATE')])
  expect(privateKeys.map((key) => pki.publicKeyInfoOf(imported(key)).digest())).toEqual([
    pki.publicKeyInfoOf(createPrivateKey(await readFile(at('root.key')))).digest(),
  ])
}

const imported = (pkcs8: Buffer) => createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' })

describe('a file that openssl exports is opened', () => {
  const TRIPLE_DES = ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES']
  test.each<[string, string[]]>([
    ['as it does today: PBES2 with AES-256, MAC by SHA-256', []],
    ['with AES-128 and SHA-512', ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512']],
    ['with a MAC by SHA-384, whose block is longer', ['-macalg', 'sha384']],
    ['with triple DES and a MAC by SHA-1', [...TRIPLE_DES, '-macalg', 'sha1']],
    ['with triple DES of two keys', ['-keypbe', 'PBE-SHA1-2DES', '-certpbe', 'PBE-SHA1-2DES']],
    ['with PBES2 of triple DES', ['-keypbe', 'DES-EDE3-CBC', '-certpbe', 'DES-EDE3-CBC']],
    ['with nothing encrypted', ['-keypbe', 'NONE', '-certpbe', 'NONE']],
    ['without a MAC', ['-nomac']],
    ['with one iteration', ['-noiter', '-nomaciter']],
    ['with a hundred thousand iterations', ['-iter', '100000', ...TRIPLE_DES]],
  ])('%s', async (_, options) => expectContents(await exported(...options)))

  test('without a password, as an empty one and as none', async () => {
    await writeFile(at('empty'), '\n')
    for (const encryption of [[], ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES']]) {
      await expectContents(await exported('-passout', 'file:empty', ...encryption), '')
    }
  })

  test('also in BER with indefinite lengths, as Windows and NSS write it', async () => {
    const { withIndefiniteLengths } = await import('../cms/testing/ber.ts')
    await expectContents(withIndefiniteLengths(await exported(), 3))
  })
})

describe('a file is refused with a sentence', () => {
  test('for a wrong password, whatever protects it', async () => {
    for (const options of [[], ['-nomac'], ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES']]) {
      const file = await exported(...options)
      for (const password of ['', 'another', `${PASSWORD}1`]) {
        await expect(pki.openPkcs12(file, password)).rejects.toMatchObject({
          code: 'ERR_PKI_INVALID',
          message: 'the password is wrong, or the file is damaged',
        })
      }
    }
  })

  test('for one changed octet of its contents', async () => {
    const file = await exported()
    const changed = Buffer.from(file)
    changed[200] = (changed[200] as number) ^ 1
    await expect(pki.openPkcs12(changed, PASSWORD)).rejects.toThrow('the password is wrong, or the file is damaged')
  })

  test('for RC2-40, with how to export it anew', async () => {
    await expect(pki.openPkcs12(await exported('-legacy'), PASSWORD)).rejects.toMatchObject({
      code: 'ERR_PKI_UNSUPPORTED',
      message: expect.stringMatching(/RC2-40.*-keypbe AES-256-CBC -certpbe AES-256-CBC/),
    })
  })

  test('for more iterations than all of it may take, before any is done', async () => {
    const limits = { ...pki.PKCS12_LIMITS, iterations: 5000 }
    const file = await exported()
    await expect(pki.openPkcs12(file, PASSWORD, { limits })).rejects.toThrow('more than 5000 iterations')
    await expect(pki.openPkcs12(file, PASSWORD, { limits: { ...limits, iterations: 3 * 2048 } })).resolves.toBeDefined()
  })

  test('for more bags than allowed, and for a file that is too large', async () => {
    const file = await exported()
    const tooMany = { limits: { ...pki.PKCS12_LIMITS, bags: 2 } }
    await expect(pki.openPkcs12(file, PASSWORD, tooMany)).rejects.toThrow('more than 2 bags')
    const tooLarge = { limits: { ...pki.PKCS12_LIMITS, bytes: 1000 } }
    await expect(pki.openPkcs12(file, PASSWORD, tooLarge)).rejects.toThrow('longer than 1000 bytes')
  })

  test('for SafeContents in SafeContents without end', async () => {
    const nested = (depth: number): Buffer =>
      depth === 0
        ? der.sequence()
        : der.sequence(der.sequence(der.oid('1.2.840.113549.1.12.10.1.6'), der.explicit(0, nested(depth - 1))))
    await expect(pki.openPkcs12(unprotected(nested(4)), '')).resolves.toEqual({ privateKeys: [], certificates: [] })
    await expect(pki.openPkcs12(unprotected(nested(5)), '')).rejects.toThrow('nested too deep')
  })

  test('for what is no PFX at all', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('text'), der.sequence(der.integer(2)), der.sequence()]) {
      await expect(pki.openPkcs12(bytes, '')).rejects.toThrow()
    }
  })
})

test('a long derivation makes room for others', async () => {
  let pauses = 0
  const pause = async () => {
    pauses++
  }
  await pki.openPkcs12(await exported('-iter', '20000', '-macalg', 'sha1'), PASSWORD, { pause })
  expect(pauses).toBeGreaterThan(3)
})

test('PBMAC1 of RFC 9579 is verified', async () => {
  const { pbkdf2Sync, createHmac } = await import('node:crypto')
  const safes = der.sequence(data(der.sequence()))
  const salt = Buffer.alloc(16, 7)
  const key = pbkdf2Sync(PASSWORD, salt, 2048, 32, 'sha256')
  const derivation = der.sequence(
    der.oid('1.2.840.113549.1.5.12'),
    der.sequence(der.octetString(salt), der.integer(2048), der.integer(32), pki.identifierNull('1.2.840.113549.2.9')),
  )
  const algorithm = der.sequence(
    der.oid('1.2.840.113549.1.5.14'),
    der.sequence(derivation, pki.identifierNull('1.2.840.113549.2.9')),
  )
  const mac = createHmac('sha256', key).update(safes).digest()
  const macData = der.sequence(der.sequence(algorithm, der.octetString(mac)), der.octetString(Buffer.from('x')))
  const file = der.sequence(der.integer(3), data(safes), macData)
  await expect(pki.openPkcs12(file, PASSWORD)).resolves.toEqual({ privateKeys: [], certificates: [] })
  await expect(pki.openPkcs12(file, 'another')).rejects.toThrow('the password is wrong')
})

test('an encrypted private key alone is opened, as openssl writes it', async () => {
  for (const scheme of [
    ['-v2', 'aes-256-cbc'],
    ['-v1', 'PBE-SHA1-3DES'],
  ]) {
    await openssl('pkcs8', '-topk8', '-in', 'root.key', '-passout', 'file:password', '-out', 'key.pem', ...scheme)
    const encrypted = await pemOf('key.pem', 'ENCRYPTED PRIVATE KEY')
    const opened = imported(await pki.openEncryptedPrivateKey(encrypted, PASSWORD))
    expect(opened.equals(createPrivateKey(await readFile(at('root.key'))))).toBe(true)
    await expect(pki.openEncryptedPrivateKey(encrypted, 'another')).rejects.toThrow()
  }
})

const data = (content: Buffer) =>
  der.sequence(der.oid(pki.CONTENT_TYPE.data), der.explicit(0, der.octetString(content)))
const unprotected = (contents: Buffer) => der.sequence(der.integer(3), data(der.sequence(data(contents))))
