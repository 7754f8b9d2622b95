import type { Attribute } from '@chancery/pki'
import {
  Asn1Error,
  DEFAULT_LIMITS,
  type Element,
  parseSignedData,
  readFirst,
  type SignedData,
  type SignerInfo,
} from '@chancery/pki'
import { decodeBase64 } from './decode-get-message.ts'
import { ScepError } from './scep-error.ts'

/** A pkiMessage (RFC 8894 §3) as bytes made into values: nothing in it is verified yet. */
export interface PkiMessage {
  /** The outermost one. */
  readonly element: Element
  readonly signedData: SignedData
  readonly signerInfo: SignerInfo
  /** SCEP attributes count only here, never among the unsigned ones (S-3.2.1-16). */
  readonly attributes: readonly Attribute[]
}

/** Certificates in one message (S-7-13): a signer with its chain has three or four. */
const MOST_CERTIFICATES = 10

/**
 * Reads the outer structure of a pkiMessage.
 * @throws {ScepError} `malformed` or `too_large`: nobody is known yet whom a signed refusal could go to
 */
export function readPkiMessage(bytes: Buffer): PkiMessage {
  if (bytes.length > DEFAULT_LIMITS.bytes) throw new ScepError('too_large', { detail: `${bytes.length} octets` })
  const { element, signedData } = readSignedData(bytes)
  const [signerInfo, second] = signedData.signerInfos
  if (signerInfo === undefined) throw new ScepError('malformed', { detail: 'no SignerInfo' })
  if (second !== undefined) throw new ScepError('malformed', { detail: 'more than one SignerInfo' })
  if (signedData.certificates.length > MOST_CERTIFICATES) {
    throw new ScepError('malformed', { detail: `more than ${MOST_CERTIFICATES} certificates` })
  }
  // Without signed attributes the signature is over the content, and a content made of somebody's
  // attributes would pass for them (S-3.2-07).
  if (signerInfo.signedAttributes === undefined) throw new ScepError('malformed', { detail: 'no signed attributes' })
  return { element, signedData, signerInfo, attributes: signerInfo.signedAttributes }
}

function readSignedData(bytes: Buffer): Pick<PkiMessage, 'element' | 'signedData'> {
  try {
    return signedDataIn(bytes)
  } catch (cause) {
    const decoded = textBody(bytes)
    if (decoded === undefined) throw malformed(cause)
    try {
      return signedDataIn(decoded)
    } catch (second) {
      throw malformed(second)
    }
  }
}

function signedDataIn(bytes: Buffer): Pick<PkiMessage, 'element' | 'signedData'> {
  const element = wholeElement(bytes)
  return { element, signedData: parseSignedData(element) }
}

/** Some clients end the message with a line end or a NUL; anything else behind it is refused (S-3.2-13). */
function wholeElement(bytes: Buffer): Element {
  const { element, rest } = readFirst(bytes)
  if (rest.some((octet) => octet !== 0x0a && octet !== 0x0d && octet !== 0)) {
    throw new Asn1Error('bytes behind the end of the message')
  }
  return element
}

/** Bodies in base64 or PEM, which some clients post instead of the bytes themselves. */
function textBody(bytes: Buffer): Buffer | undefined {
  if (bytes.length === 0 || bytes.some((octet) => octet > 0x7e || (octet < 0x20 && !LINE_OCTETS.has(octet)))) {
    return undefined
  }
  const text = bytes.toString('latin1').replace(/-----[A-Z0-9 ]{1,40}-----/g, '')
  return decodeBase64(text.replace(/\s+/g, ''))
}

const LINE_OCTETS: ReadonlySet<number> = new Set([0x09, 0x0a, 0x0d])

function malformed(cause: unknown): ScepError {
  const detail = cause instanceof Error ? cause.message : 'unreadable'
  return new ScepError('malformed', { detail, cause })
}
