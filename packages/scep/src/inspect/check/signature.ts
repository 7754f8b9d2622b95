import { digestByOid, type SignerInfo, sameName, signatureOid } from '@chancery/pki'
import type { Facts } from '../facts.ts'
import { oidLabel } from '../oid-name.ts'
import { type Check, MESSAGE, REPLY, REQUEST } from './check.ts'

/** Who signed, how, and whether it is so. */
export const SIGNATURE: readonly Check[] = [
  {
    clause: 'S-2.3-01',
    level: 'broken',
    where: 'certificates',
    of: REQUEST,
    finds: ({ signature }) =>
      signature?.reason === 'signer_missing' || signature?.from === 'authorities'
        ? 'The certificate of the signer did not come with the request.'
        : undefined,
  },
  {
    clause: 'S-3.2-08',
    level: 'warning',
    where: 'certificates',
    of: REPLY,
    finds: ({ signature }) =>
      signature?.reason === 'signer_missing' || signature?.from === 'authorities'
        ? 'The certificate of the signer did not come with the reply; clients verify it with those of GetCACert.'
        : undefined,
  },
  {
    clause: 'S-2.3-19',
    level: 'broken',
    where: 'signature',
    of: MESSAGE,
    finds: ({ signature }) =>
      signature?.reason === 'bad_signature'
        ? 'The signature was not made with the key of the certificate that the signer names, or the message was changed.'
        : undefined,
  },
  {
    clause: 'S-3.2-12',
    level: 'broken',
    where: 'signedAttrs',
    of: MESSAGE,
    finds: ({ signature }) =>
      signature?.reason === 'bad_digest'
        ? `The signed attributes do not fit the content: ${signature.sentence.replace(/^wrong: /, '')}.`
        : undefined,
  },
  {
    clause: 'S-2.9-12',
    level: 'broken',
    where: 'digestAlgorithm',
    of: MESSAGE,
    finds: ({ signerInfo }) =>
      usesMd5(signerInfo) ? 'MD5 is the digest, or in the signature: no server may take it.' : undefined,
  },
  {
    clause: 'S-2.9-11',
    level: 'note',
    where: 'digestAlgorithm',
    of: MESSAGE,
    finds: ({ signature }) =>
      signature?.digest === 'sha1'
        ? 'SHA-1 is the digest: old, and served only where the profile allows it.'
        : undefined,
  },
  {
    clause: 'S-3.2.1.4-11',
    level: 'broken',
    where: 'SignerInfo',
    of: MESSAGE,
    finds: ({ signature, signerInfo }) => {
      if (signerInfo === undefined || usesMd5(signerInfo)) return undefined
      if (signature?.reason === 'digest_refused')
        return `The digest ${oidLabel(signerInfo.digestAlgorithm.oid)} is none that SCEP knows.`
      return signature?.reason === 'signature_algorithm_refused'
        ? `The signature algorithm ${oidLabel(signerInfo.signatureAlgorithm.oid)} does not go with the key of the signer, or is unknown.`
        : undefined
    },
  },
  {
    clause: 'C-AL-03',
    level: 'broken',
    where: 'SignerInfo',
    of: MESSAGE,
    finds: ({ signerInfo }) => {
      if (signerInfo === undefined) return undefined
      const said = signatureOid(signerInfo.signatureAlgorithm.oid).digest
      const digest = digestByOid(signerInfo.digestAlgorithm.oid)?.name
      return said === undefined || digest === undefined || said === digest
        ? undefined
        : `The signature algorithm is over ${said}, and the digest is ${digest}.`
    },
  },
  {
    clause: 'C-AL-04',
    level: 'warning',
    where: 'digestAlgorithms',
    of: MESSAGE,
    finds: ({ signedData, signerInfo }) =>
      signedData === undefined ||
      signerInfo === undefined ||
      signedData.digestAlgorithms.some(({ oid }) => oid === signerInfo.digestAlgorithm.oid)
        ? undefined
        : "The signer's digest is not among the digestAlgorithms at the head of the message.",
  },
  {
    clause: 'C-SA-02',
    level: 'broken',
    where: 'signedAttrs',
    of: MESSAGE,
    finds: (facts) =>
      isSorted(facts)
        ? undefined
        : 'The signed attributes are not in the order of DER, so readers that sort them before they verify may fail.',
  },
  {
    clause: 'S-2.3-08',
    level: 'broken',
    where: 'certificates',
    of: REQUEST,
    finds: ({ signature }) => {
      const signer = signature?.signer
      return signer !== undefined && !signature?.selfSigned && sameName(signer.issuer, signer.subject)
        ? "The signer's certificate says that it is self-signed, and its own signature is wrong."
        : undefined
    },
  },
  {
    clause: 'C-AL-02',
    level: 'note',
    where: 'signatureAlgorithm',
    of: REPLY,
    finds: ({ signerInfo, signature }) =>
      signature?.signer?.publicKey.type === 'rsa' && signerInfo?.signatureAlgorithm.oid !== '1.2.840.113549.1.1.1'
        ? 'The signature algorithm names its digest; strongSwan 5.9 verifies only replies that say rsaEncryption.'
        : undefined,
  },
]

function usesMd5(signerInfo: SignerInfo | undefined): boolean {
  if (signerInfo === undefined) return false
  return (
    digestByOid(signerInfo.digestAlgorithm.oid)?.name === 'md5' ||
    signatureOid(signerInfo.signatureAlgorithm.oid).digest === 'md5'
  )
}

function isSorted({ signerInfo }: Facts): boolean {
  const parts = signerInfo?.signedAttributesSource?.children.map(({ bytes }) => bytes) ?? []
  return parts.every((part, index) => index === 0 || Buffer.compare(parts[index - 1] as Buffer, part) <= 0)
}
