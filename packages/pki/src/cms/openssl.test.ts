import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { must } from '../../../../tests/command.ts'
import { temporaryFolder } from '../../../../tests/folder.ts'
import * as pki from '../index.ts'
import { type Identity, identity, signedBy, verifies } from './testing/identity.ts'

/** A second opinion from another implementation; skipped where the `openssl` command is missing. */
const hasOpenssl = spawnSync('openssl', ['version']).status === 0
const CONTENT = Buffer.from('octets of every kind: \u0000\r\n\n\r ä '.repeat(20))
const KINDS = ['rsa', 'ec', 'ed25519'] as const
const PASSWORD = 'pä$$ 1'

describe.skipIf(!hasOpenssl)('OpenSSL', () => {
  const folder = temporaryFolder()
  const file = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => must('openssl', args, { cwd: folder })
  const identities = new Map<string, Identity>()

  beforeAll(async () => {
    for (const kind of KINDS) {
      const made = await identity(kind)
      identities.set(kind, made)
      writeFileSync(file(`${kind}.pem`), pki.encodePem('CERTIFICATE', made.certificate.der))
      writeFileSync(file(`${kind}.key`), made.privateKey.export({ format: 'pem', type: 'pkcs8' }))
    }
    writeFileSync(file('content'), CONTENT)
  })

  const one = (kind: string): Identity => identities.get(kind) as Identity

  describe('what OpenSSL signs, we verify', () => {
    const sign = async (kind: string, ...options: string[]): Promise<Buffer> => {
      const [command = 'cms', ...rest] = options[0] === 'smime' ? options : ['cms', ...options]
      const signer = ['-signer', `${kind}.pem`, '-inkey', `${kind}.key`]
      const common = ['-sign', '-binary', '-nodetach', '-in', 'content', '-outform', 'DER', '-out', 'signed']
      await openssl(command, ...common, ...signer, ...rest)
      return readFileSync(file('signed'))
    }
    const PSS = ['-keyopt', 'rsa_padding_mode:pss']

    test.each<[string, string, ...string[]]>([
      ['RSA, SHA-256', 'rsa', '-md', 'sha256'],
      ['RSA, SHA-1', 'rsa', '-md', 'sha1'],
      ['S-2.9-13 RSA, SHA-512', 'rsa', '-md', 'sha512'],
      ['C-ID-01 by subjectKeyIdentifier', 'rsa', '-keyid'],
      ['C-BER-01 C-BER-02 as a stream', 'rsa', '-stream'],
      ['C-BER-01 C-BER-02 as a stream, by subjectKeyIdentifier', 'ec', '-stream', '-keyid'],
      ['C-AL-05 PSS, salt as long as may be', 'rsa', ...PSS],
      ['C-AL-05 PSS, salt as long as the digest', 'rsa', ...PSS, '-keyopt', 'rsa_pss_saltlen:32'],
      ['C-AL-07 ECDSA, SHA-256', 'ec', '-md', 'sha256'],
      ['C-AL-07 ECDSA, SHA-384', 'ec', '-md', 'sha384'],
      ['C-ID-10 PKCS #7', 'rsa', 'smime', '-md', 'sha256'],
      ['C-ID-10 PKCS #7 as a stream', 'rsa', 'smime', '-stream'],
    ])('%s', async (_, kind, ...options) => {
      const message = await sign(kind, ...options)
      expect(verifies(message)).toBe(true)
      expect(pki.parseSignedData(message).eContent).toEqual(CONTENT)
    })

    test('another message has another digest', async () => {
      const message = await sign('rsa')
      const at = message.indexOf(CONTENT)
      message[at] = (message[at] as number) ^ 1
      expect(verifies(message)).toBe(false)
    })

    test('C-ID-04 its certs-only is read', async () => {
      await openssl(
        'crl2pkcs7',
        '-nocrl',
        '-certfile',
        'rsa.pem',
        '-certfile',
        'ec.pem',
        '-outform',
        'DER',
        '-out',
        'p7',
      )
      const read = pki.parseSignedData(readFileSync(file('p7')))
      expect(read.certificates.map((e) => e.bytes)).toEqual([one('rsa').certificate.der, one('ec').certificate.der])
      expect(read.signerInfos).toEqual([])
    })
  })

  describe('what we sign, OpenSSL verifies', () => {
    const verify = async (message: Buffer, command: string): Promise<Buffer> => {
      writeFileSync(file('signed'), message)
      return openssl(command, '-verify', '-binary', '-noverify', '-inform', 'DER', '-in', 'signed')
    }

    test.each(['rsa', 'ec'] as const)('C-SA-01 C-SA-02 C-AL-07 %s, as CMS and as PKCS #7', async (kind) => {
      const message = await signedBy(one(kind), CONTENT)
      expect(await verify(message, 'cms')).toEqual(CONTENT)
      expect(await verify(message, 'smime')).toEqual(CONTENT)
    })

    test.each(['sha1', 'sha224', 'sha256', 'sha384', 'sha512'] as const)(
      'S-2.9-10 S-2.9-13 RSA, %s',
      async (digest) => {
        const { certificate, signing } = one('rsa')
        for (const padding of ['pkcs1', 'pss'] as const) {
          const signer = { certificate, key: signing, scheme: { key: 'rsa', padding, digest } as const }
          expect(await verify(await signedBy(one('rsa'), CONTENT, { digest, signer }), 'cms')).toEqual(CONTENT)
        }
      },
    )

    test('C-BER-05 its decoder and encoder give the same octets back', async () => {
      const message = await signedBy(one('rsa'), CONTENT)
      writeFileSync(file('signed'), message)
      await openssl('cms', '-cmsout', '-inform', 'DER', '-in', 'signed', '-outform', 'DER', '-out', 'again')
      expect(readFileSync(file('again'))).toEqual(message)
    })

    test('S-3.3.2.1-03 our certs-only, in our order', async () => {
      writeFileSync(file('p7'), pki.certsOnly([one('rsa'), one('ec')].map(({ certificate }) => certificate.der)))
      const text = (await openssl('pkcs7', '-inform', 'DER', '-in', 'p7', '-print_certs')).toString()
      expect(pki.decodePem(text)).toEqual([one('rsa').certificate.der, one('ec').certificate.der])
    })
  })

  const CIPHERS = ['des-ede3-cbc', 'aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc'] as const
  const OAEP = ['-keyopt', 'rsa_padding_mode:oaep']
  const SHA256 = ['-keyopt', 'rsa_oaep_md:sha256']
  const MGF_SHA1 = ['-keyopt', 'rsa_mgf1_md:sha1']

  describe('what OpenSSL encrypts, we decrypt', () => {
    const encrypt = async (command: string, ...args: string[]): Promise<pki.EnvelopedData> => {
      const common = ['-encrypt', '-binary', '-in', 'content', '-outform', 'DER', '-out', 'enveloped']
      await openssl(command, ...common, ...args)
      return pki.parseEnvelopedData(readFileSync(file('enveloped')))
    }
    const open = async (envelope: pki.EnvelopedData): Promise<Buffer | undefined> => {
      const recipient = envelope.recipientInfos.find((info) => info.kind === 'keyTransport')
      const transport = recipient && pki.keyTransportOf(recipient.keyEncryption)
      if (recipient === undefined || transport === undefined) return undefined
      expect(pki.identifies(recipient.rid, one('rsa').certificate)).toBe(true)
      const key = await pki.softwareDecryptionKey(one('rsa').privateKey).decrypt(recipient.encryptedKey, transport)
      return pki.decryptContent(envelope, key)
    }

    test.each(CIPHERS)('S-2.9-01 S-2.9-02 S-2.9-04 %s, as CMS and as PKCS #7', async (cipher) => {
      expect(await open(await encrypt('cms', `-${cipher}`, 'rsa.pem'))).toEqual(CONTENT)
      expect(await open(await encrypt('smime', `-${cipher}`, 'rsa.pem'))).toEqual(CONTENT)
    })

    test.each<[string, ...string[]]>([
      ['S-3.1-07 by subjectKeyIdentifier', '-keyid', 'rsa.pem'],
      ['C-BER-03 as a stream', '-stream', 'rsa.pem'],
      ['C-AL-06 OAEP with SHA-1', '-recip', 'rsa.pem', ...OAEP],
      ['C-AL-06 OAEP with SHA-256', '-recip', 'rsa.pem', ...OAEP, ...SHA256],
      ['C-AL-06 OAEP with SHA-256 and MGF1 with SHA-1', '-recip', 'rsa.pem', ...OAEP, ...SHA256, ...MGF_SHA1],
    ])('%s', async (_, ...options) => {
      expect(await open(await encrypt('cms', '-aes-128-cbc', ...options))).toEqual(CONTENT)
    })

    test('S-3.1-10 to an elliptic curve key it is key agreement', async () => {
      const { recipientInfos } = await encrypt('cms', '-aes-128-cbc', 'ec.pem')
      expect(recipientInfos).toEqual([{ kind: 'keyAgreement' }])
    })

    test.each(CIPHERS)('S-3.1-P02 S-3.1-P04 under a password: %s', async (cipher) => {
      const envelope = await encrypt('cms', `-${cipher}`, '-pwri_password', PASSWORD)
      const [recipient] = envelope.recipientInfos
      const key = recipient?.kind === 'password' && (await pki.openPasswordRecipient(recipient, PASSWORD))
      expect(key && pki.decryptContent(envelope, key)).toEqual(CONTENT)
    })
  })

  describe('what we encrypt, OpenSSL decrypts', () => {
    const decrypt = async (message: Buffer, command: string, ...args: string[]): Promise<Buffer> => {
      writeFileSync(file('enveloped'), message)
      return openssl(command, '-decrypt', '-binary', '-inform', 'DER', '-in', 'enveloped', ...args)
    }
    const toRsa = (encryption: pki.ContentEncryptionName, transport: pki.KeyTransport) =>
      pki.buildEnvelopedData({
        content: CONTENT,
        encryption,
        recipient: { certificate: one('rsa').certificate, transport },
      })
    const RECIPIENT = ['-recip', 'rsa.pem', '-inkey', 'rsa.key']

    test.each(CIPHERS)('S-3.1-02 %s, as CMS and as PKCS #7', async (cipher) => {
      const message = toRsa(cipher, { scheme: 'rsa-pkcs1' })
      expect(await decrypt(message, 'cms', ...RECIPIENT)).toEqual(CONTENT)
      expect(await decrypt(message, 'smime', ...RECIPIENT)).toEqual(CONTENT)
    })

    test.each([
      ['sha1', 'sha1'],
      ['sha256', 'sha256'],
      ['sha256', 'sha1'],
    ] as const)('C-AL-06 OAEP with %s and MGF1 with %s', async (hash, mgfHash) => {
      const message = toRsa('aes-128-cbc', { scheme: 'rsa-oaep', hash, mgfHash })
      expect(await decrypt(message, 'cms', ...RECIPIENT)).toEqual(CONTENT)
    })

    test.each(CIPHERS)('S-3.1-P02 S-3.1-P12 under a password: %s', async (cipher) => {
      for (const prf of ['sha1', 'sha256'] as const) {
        const recipient = { password: PASSWORD, prf, iterations: 2048 }
        const message = pki.buildEnvelopedData({ content: CONTENT, encryption: cipher, recipient })
        expect(await decrypt(message, 'cms', '-pwri_password', PASSWORD)).toEqual(CONTENT)
      }
    })
  })
})
