import { type Certificate, CONTENT_TYPE, parseCertificate, parseSignedData } from '@chancery/pki'
import { attributeValues } from '../attribute.ts'
import { type PkiMessage, readPkiMessage } from '../pki-message.ts'
import { ScepError } from '../scep-error.ts'
import { certificatesIn } from './certificates-in.ts'
import { verifyMessageSignature } from './open-cert-rep.ts'
import { readable } from './readable.ts'
import { chainsTo } from './trust.ts'
import { isAuthority, mayRegister } from './usage.ts'

/** The CA that will follow, with what belongs to it. Not valid yet as a rule: to be kept until it is (S-4.7.1-09). */
export interface NextCa {
  /** Everything that was new, in the order received. */
  readonly certificates: readonly Certificate[]
  readonly authorities: readonly Certificate[]
  /** RA certificates, each verified under the new CA (D-4.6-01). */
  readonly registration: readonly Certificate[]
  /** When all of it has become valid. */
  readonly validFrom: Date
  /** False only for the flat form of old jscep servers, which anybody on the way can change. */
  readonly signed: boolean
}

export interface ExpectedNextCa {
  /** The CA certificates authenticated beforehand, of which one must have signed. */
  readonly current: readonly Certificate[]
  readonly now: Date
  /** Take the certificates beside the signature where none are below it, as old jscep servers have them (S-4.7.1-06). */
  readonly unsignedBag?: boolean | undefined
}

/**
 * Opens the answer to GetNextCACert (RFC 8894 §4.7.1). The signature of the current CA comes before anything else is
 * looked at, and only what lies under it counts.
 * @throws {ScepError} `next_ca_untrusted`
 */
export function openNextCa(body: Buffer, expected: ExpectedNextCa): NextCa {
  const message = signedMessage(body)
  verifyCurrent(message, expected.current)
  // A CertRep of this CA is signed with the same key, and is no announcement of anything.
  if (attributeValues(message.attributes, 'messageType').all.length > 0) throw untrusted('it is a CertRep')
  const under = certificatesUnder(message)
  const found = under.length > 0 || !expected.unsignedBag ? under : certificatesBeside(message)
  const isNew = (one: Certificate): boolean => !expected.current.some(({ der }) => der.equals(one.der))
  const next = sorted(found.filter(isNew), expected.now)
  return { ...next, signed: under.length > 0 }
}

function signedMessage(body: Buffer): PkiMessage {
  if (isUnsigned(body)) throw untrusted('nobody signed it')
  try {
    return readPkiMessage(body)
  } catch (cause) {
    throw untrusted(`it cannot be read: ${cause instanceof ScepError ? cause.detail : ''}`, cause)
  }
}

/** The degenerate form, with the new CA in it and no signature (S-4.7.1-05). */
function isUnsigned(body: Buffer): boolean {
  try {
    return parseSignedData(body).signerInfos.length === 0
  } catch {
    return false
  }
}

function verifyCurrent(message: PkiMessage, current: readonly Certificate[]): void {
  try {
    verifyMessageSignature(message, current.filter(isAuthority))
  } catch (cause) {
    const detail = cause instanceof ScepError ? `${cause.message}: ${cause.detail}` : ''
    throw untrusted(`not signed by the current CA (${detail})`, cause)
  }
}

/** id-data and id-signedData are both written as the type of the content; the second may then lack its ContentInfo. */
function certificatesUnder({ signedData: { eContent, eContentType } }: PkiMessage): Certificate[] {
  if (eContent === undefined || eContent.length === 0) return []
  const known = eContentType === CONTENT_TYPE.data || eContentType === CONTENT_TYPE.signedData
  if (!known) throw untrusted(`the signed content is of type ${eContentType}`)
  return certificatesIn(eContent, eContentType === CONTENT_TYPE.signedData)
}

function certificatesBeside({ signedData }: PkiMessage): Certificate[] {
  return readable('a certificate beside the signature', () =>
    signedData.certificates.map((one) => parseCertificate(one)),
  )
}

/** Those that are CAs, and those that must belong to one of them. */
function sorted(certificates: readonly Certificate[], now: Date): Omit<NextCa, 'signed'> {
  const authorities = certificates.filter(isAuthority)
  const registration = certificates.filter((one) => !isAuthority(one))
  if (authorities.length === 0) throw untrusted('there is no new CA certificate under the signature')
  for (const one of registration) {
    if (!chainsTo(one, authorities, authorities) || !mayRegister(one)) {
      throw untrusted('an RA certificate in it does not belong to the new CA')
    }
  }
  if (certificates.some(({ notAfter }) => notAfter < now)) throw untrusted('a certificate in it has expired')
  const validFrom = certificates.map(({ notBefore }) => notBefore).reduce((one, other) => (one > other ? one : other))
  return { certificates, authorities, registration, validFrom }
}

const untrusted = (detail: string, cause?: unknown): ScepError => new ScepError('next_ca_untrusted', { detail, cause })
