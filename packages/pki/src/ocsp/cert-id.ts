import { hash } from 'node:crypto'
import { type DigestName, digestByName, digestByOid } from '../algorithm/digest.ts'
import { hasNoParameters, parseAlgorithmIdentifier } from '../algorithm/identifier.ts'
import { Asn1Error } from '../der/asn1-error.ts'
import type { Element } from '../der/element.ts'
import { readElement } from '../der/read.ts'
import { TAG } from '../der/tag.ts'
import { bitStringOctets, child, expectTag, integerBytes, octets } from '../der/value.ts'
import { integer, octetString, sequence } from '../der/write.ts'
import type { PublicKeyInfo } from '../key/public-key-info.ts'
import type { Certificate } from '../x509/certificate.ts'

/** The certificate that is asked about (RFC 6960 §4.1.1): by hashes of its issuer, which has no other name here. */
export interface CertId {
  /** Undefined: an algorithm that we do not know, or one with parameters. */
  readonly digest: DigestName | undefined
  /** Whether the identifier of the digest has NULL for parameters: an answer repeats it, because some clients compare octets. */
  readonly withNull: boolean
  readonly issuerNameHash: Buffer
  readonly issuerKeyHash: Buffer
  /** Content octets as received. */
  readonly serialNumber: Buffer
}

/** What names an issuer in a CertID. */
export interface IssuerHashes {
  readonly issuerNameHash: Buffer
  readonly issuerKeyHash: Buffer
}

export function issuerHashes({ subject, publicKey }: Certificate, digest: DigestName): IssuerHashes {
  return {
    issuerNameHash: hash(digestByName(digest).node, subject.der, 'buffer'),
    issuerKeyHash: keyHash(publicKey, digest),
  }
}

/** Over the BIT STRING of a key, without tag, length and number of unused bits (RFC 6960 §4.1.1, §4.2.1). */
export function keyHash({ der }: PublicKeyInfo, digest: DigestName = 'sha1'): Buffer {
  const octets = bitStringOctets(readElement(der).children[1], 'public key')
  return hash(digestByName(digest).node, octets, 'buffer')
}

/** @throws {Asn1Error} when malformed */
export function parseCertId(e: Element): CertId {
  expectTag(e, TAG.sequence, 'CertID')
  if (e.children.length !== 4) throw new Asn1Error('CertID does not have four parts')
  const algorithm = parseAlgorithmIdentifier(child(e, 0, 'hashAlgorithm'), 'hashAlgorithm')
  return {
    digest: hasNoParameters(algorithm) ? digestByOid(algorithm.oid)?.name : undefined,
    withNull: algorithm.parameters !== undefined,
    issuerNameHash: octets(e.children[1], 'issuerNameHash'),
    issuerKeyHash: octets(e.children[2], 'issuerKeyHash'),
    serialNumber: integerBytes(e.children[3], 'serialNumber'),
  }
}

/** In DER, whatever form it came in. */
export function buildCertId({ digest, withNull, ...id }: CertId & { readonly digest: DigestName }): Buffer {
  const { identifier, identifierNull } = digestByName(digest)
  return sequence(
    withNull ? identifierNull : identifier,
    octetString(id.issuerNameHash),
    octetString(id.issuerKeyHash),
    integer(id.serialNumber),
  )
}
