import {
  CaError,
  type Issuer,
  newSerialNumber,
  type PreparedCertificate as Preparation,
  prepare,
  sign,
  signTbs,
} from '@chancery/ca'
import { generalNameToText, nameToText } from '@chancery/pki'
import type { PreparedCertificate, SigningAuthority } from '@chancery/ra'
import { ScepError } from '@chancery/scep'
import { type CrlShards, NO_SHARD, shardOf } from './crl-shards.ts'
import { type PublishedUrls, templates } from './template.ts'

/** One generation of the built-in CA, with its id in the store. */
export interface BuiltInIssuer extends Issuer {
  readonly id: number
}

export interface BuiltInAuthorityOptions extends PublishedUrls {
  /** Issues. */
  readonly issuer: BuiltInIssuer
  /** Other generations: each signs what was prepared for it and lost its signature in a crash. */
  readonly otherIssuers?: readonly BuiltInIssuer[]
  readonly shards?: CrlShards
}

/** The CA in this house: what it prepares is decided by the RA profile's template, and signed with a key of ours. */
export function builtInAuthority({
  issuer,
  otherIssuers = [],
  shards,
  ...urls
}: BuiltInAuthorityOptions): SigningAuthority {
  const issuers = new Map([issuer, ...otherIssuers].map((one) => [one.id, one]))
  const templateOf = templates(urls, shards)
  /** Prepared here and not signed yet; what is not in it comes from the store. */
  const unsigned = new WeakMap<Buffer, Preparation>()
  return {
    kind: 'signing',
    inProcess: [...issuers.values()].every(({ key }) => key.inProcess),

    prepare({ raProfile, subject, subjectAltNames, extensions, csr, vouched, now }) {
      const serialNumber = newSerialNumber()
      const shard = shardOf(serialNumber, shards)
      const template = templateOf(raProfile, shard)
      const order = { template, subject, subjectAltNames, extensions, publicKey: csr.publicKey, issuer, now }
      const preparation = refusing(() => prepare({ ...order, serialNumber, ...(vouched && { vouched }) }))
      unsigned.set(preparation.tbs, preparation)
      return describe(preparation, issuer.id, shard)
    },

    sign(tbs, issuerId) {
      const signer = issuers.get(issuerId)
      if (signer === undefined) throw new CaError('ERR_CA_ISSUER', `the authority has no issuer ${issuerId}`)
      const preparation = unsigned.get(tbs)
      unsigned.delete(tbs)
      return preparation?.issuer === signer ? sign(preparation, signer.key) : signTbs(tbs, signer)
    },
  }
}

/** What the CA will not issue is refused to the device; why is for the administrator. A CA that cannot is our own fault. */
function refusing(work: () => Preparation): Preparation {
  try {
    return work()
  } catch (cause) {
    if (!(cause instanceof CaError) || cause.code !== 'ERR_CA_ORDER') throw cause
    throw new ScepError('enrolment_refused', { detail: cause.message, cause })
  }
}

function describe(preparation: Preparation, issuerId: number, shard: number): PreparedCertificate {
  const { serialNumber, tbs, subject, subjectAltNames, notBefore, notAfter } = preparation
  return {
    issuerId,
    serialNumber,
    tbs,
    subject: nameToText(subject),
    subjectAltNames: subjectAltNames.map(generalNameToText),
    notBefore,
    notAfter,
    ...(shard === NO_SHARD ? {} : { shard }),
  }
}
