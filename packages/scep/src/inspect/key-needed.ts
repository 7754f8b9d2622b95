import {
  buildSubjectKeyIdentifier,
  type Certificate,
  type DecryptionKey,
  der,
  type PublicKeyInfo,
  parseCertificate,
  type SignerIdentifier,
  type SigningKey,
} from '@chancery/pki'
import type { RaKey } from '../ra-key.ts'
import { STAND_IN } from '../request/stand-in.ts'
import { Secret } from '../secret.ts'

/** The way of a message has come to the point where a key is needed, and none is here. */
export class KeyNeeded extends Error {
  override readonly name = 'KeyNeeded'
}

/** A key that stops whoever wants to use it: everything that is judged before that is judged by the code that opens. */
export class MissingKey implements DecryptionKey {
  readonly publicKey: PublicKeyInfo
  readonly inProcess = true
  /** Somebody wanted to use it; a client takes the refusal for that of another recipient's key. */
  asked = false

  constructor(publicKey: PublicKeyInfo = STAND_IN.publicKey) {
    this.publicKey = publicKey
  }

  decrypt(): Buffer {
    this.asked = true
    throw new KeyNeeded('a key is needed')
  }
}

/** The same for a challenge. */
export class MissingPassword extends Secret {
  constructor() {
    super('')
  }

  override reveal(): string {
    throw new KeyNeeded('a challenge is needed')
  }
}

/**
 * An RA as the server knows it, of which there may be no certificate here.
 * @param rid whom the message names, when it is known that the key opens what was sent to him
 */
export function raOf(decryption: DecryptionKey, certificate: Certificate | undefined, rid?: SignerIdentifier): RaKey {
  const { publicKey } = decryption
  return {
    id: 'inspected',
    certificate: certificate ?? certificateFor(publicKey, rid),
    signing: neverSigns(publicKey),
    decryption,
  }
}

/** Nothing is sealed here, so nobody asks. */
function neverSigns(publicKey: PublicKeyInfo): SigningKey {
  return {
    publicKey,
    inProcess: true,
    sign: () => {
      throw new KeyNeeded('a signing key is needed')
    },
  }
}

/** An unsigned certificate that has the key, and the names by which it was called: for code that wants a certificate. */
function certificateFor(key: PublicKeyInfo, rid: SignerIdentifier | undefined): Certificate {
  const algorithm = der.sequence(der.oid('1.2.840.113549.1.1.11'), der.nullValue())
  const [issuer, serial] =
    rid?.kind === 'issuerAndSerialNumber' ? [rid.issuer.der, rid.serialNumber] : [der.sequence(), Buffer.alloc(1)]
  const extensions = rid?.kind === 'subjectKeyIdentifier' ? [buildSubjectKeyIdentifier(rid.value)] : []
  const tbs = der.sequence(
    der.explicit(0, der.integer(2)),
    der.integer(serial),
    algorithm,
    issuer,
    der.sequence(der.time(new Date(0)), der.time(new Date(0))),
    der.sequence(),
    key.der,
    ...(extensions.length === 0 ? [] : [der.explicit(3, der.sequence(...extensions))]),
  )
  return parseCertificate(der.sequence(tbs, algorithm, der.bitString(Buffer.alloc(0))))
}
