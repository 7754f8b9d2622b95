import { createCipheriv, createHmac, pbkdf2Sync } from 'node:crypto'
import * as pki from '@chancery/pki'
import { bmpPassword, deriveOctets, PURPOSE } from '../../packages/pki/src/pkcs12/key-derivation.ts'

const { der } = pki
const SALT = Buffer.alloc(8, 5)
const BAG = '1.2.840.113549.1.12.10.1'

/** PFX files, by hand: nothing of ours writes them. In the clear, so that changes reach the bags; encrypted; with a MAC. */
export async function pkcs12Samples(key: Buffer, certificate: Buffer, password: string): Promise<Buffer[]> {
  const shrouded = encryptedKey(key, password)
  const bags = [bag(1, key), bag(2, shrouded), bag(3, certificateBag(certificate))]
  const clear = der.sequence(...bags, bag(6, der.sequence(bag(3, certificateBag(certificate)))))
  const encrypted = der.sequence(
    der.oid('1.2.840.113549.1.7.6'),
    der.explicit(0, der.sequence(der.integer(0), encryptedContent(der.sequence(...bags), password))),
  )
  const safes = der.sequence(data(clear), encrypted)
  const macKey = await deriveOctets(
    bmpPassword(password),
    { salt: SALT, iterations: 3, digest: 'sha256' },
    PURPOSE.macKey,
    32,
    { pause: async () => {} },
  )
  const mac = der.sequence(
    der.sequence(pki.identifierNull('2.16.840.1.101.3.4.2.1'), der.octetString(hmac(macKey, safes))),
    der.octetString(SALT),
    der.integer(3),
  )
  return [der.sequence(der.integer(3), data(safes)), der.sequence(der.integer(3), data(safes), mac), shrouded]
}

function hmac(key: Buffer, content: Buffer): Buffer {
  return createHmac('sha256', key).update(content).digest()
}

function bag(type: number, value: Buffer): Buffer {
  return der.sequence(der.oid(`${BAG}.${type}`), der.explicit(0, value))
}

function certificateBag(certificate: Buffer): Buffer {
  return der.sequence(der.oid('1.2.840.113549.1.9.22.1'), der.explicit(0, der.octetString(certificate)))
}

function data(content: Buffer): Buffer {
  return der.sequence(der.oid(pki.CONTENT_TYPE.data), der.explicit(0, der.octetString(content)))
}

function encryptedContent(content: Buffer, password: string): Buffer {
  const { scheme, ciphertext } = pbes2(content, password)
  return der.sequence(der.oid(pki.CONTENT_TYPE.data), scheme, der.implicit(0, der.octetString(ciphertext)))
}

function encryptedKey(key: Buffer, password: string): Buffer {
  const { scheme, ciphertext } = pbes2(key, password)
  return der.sequence(scheme, der.octetString(ciphertext))
}

function pbes2(content: Buffer, password: string): { scheme: Buffer; ciphertext: Buffer } {
  const iv = Buffer.alloc(16, 9)
  const cipher = createCipheriv('aes-128-cbc', pbkdf2Sync(password, SALT, 3, 16, 'sha256'), iv)
  const ciphertext = Buffer.concat([cipher.update(content), cipher.final()])
  const derivation = der.sequence(
    der.oid('1.2.840.113549.1.5.12'),
    der.sequence(der.octetString(SALT), der.integer(3), pki.identifierNull('1.2.840.113549.2.9')),
  )
  const encryption = der.sequence(der.oid('2.16.840.1.101.3.4.1.2'), der.octetString(iv))
  return { ciphertext, scheme: der.sequence(der.oid('1.2.840.113549.1.5.13'), der.sequence(derivation, encryption)) }
}
