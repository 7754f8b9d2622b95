import { hash, type KeyObject, sign } from 'node:crypto'
import { buildAttribute, type Certificate, CONTENT_TYPE, der } from '@chancery/pki'
import { nonceAttribute, printableAttribute } from '../attribute-write.ts'

/** A message that need not be right: what a server makes of it is the question. */
export interface RawMessage {
  /** The envelope; absent: none at all. */
  readonly eContent?: Buffer
  readonly signer: { readonly certificate: Certificate; readonly privateKey: KeyObject }
  /** As text, whatever it says. */
  readonly messageType: string
  readonly transactionId: string
  readonly senderNonce: Buffer
  readonly digest?: RawDigest
  /** Spoils the signature. */
  readonly forged?: boolean
}

/** MD5 is here to see that a server refuses it. */
export const RAW_DIGESTS = {
  md5: '1.2.840.113549.2.5',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const

export type RawDigest = keyof typeof RAW_DIGESTS

/** SignedData with one RSA signer, in DER. */
export function rawMessage(message: RawMessage): Buffer {
  const { eContent, signer, digest = 'sha256' } = message
  const { certificate, privateKey } = signer
  const identifier = der.sequence(der.oid(RAW_DIGESTS[digest]), der.nullValue())
  const attributes = der.setOf([
    buildAttribute('1.2.840.113549.1.9.3', der.oid(CONTENT_TYPE.data)),
    buildAttribute('1.2.840.113549.1.9.4', der.octetString(hash(digest, eContent ?? Buffer.alloc(0), 'buffer'))),
    printableAttribute('messageType', message.messageType),
    printableAttribute('transactionId', message.transactionId),
    nonceAttribute('senderNonce', message.senderNonce),
  ])
  const signature = sign(digest, attributes, privateKey)
  if (message.forged) signature[signature.length - 1] = (signature[signature.length - 1] as number) ^ 1
  const signerInfo = der.sequence(
    der.integer(1),
    der.sequence(certificate.issuer.der, der.integer(certificate.serialNumber)),
    identifier,
    der.implicit(0, attributes),
    der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nullValue()),
    der.octetString(signature),
  )
  const content = eContent === undefined ? [] : [der.explicit(0, der.octetString(eContent))]
  const signedData = der.sequence(
    der.integer(1),
    der.set(identifier),
    der.sequence(der.oid(CONTENT_TYPE.data), ...content),
    der.implicit(0, der.set(certificate.der)),
    der.set(signerInfo),
  )
  return der.sequence(der.oid(CONTENT_TYPE.signedData), der.explicit(0, signedData))
}
