import { CONTENT_TYPE, type Element, TAG } from '@chancery/pki'
import { count } from '../count.ts'
import type { Facts } from '../facts.ts'
import type { InspectedKind } from '../inspection.ts'
import { oidLabel } from '../oid-name.ts'
import { type Check, MESSAGE, REQUEST } from './check.ts'

const ANYTHING: readonly InspectedKind[] = [
  'request',
  'reply',
  'signed-data',
  'envelope',
  'unknown',
  'certification-request',
  'next-ca',
]

/** ContentInfo and SignedData around everything (RFC 8894 §3.2). */
export const STRUCTURE: readonly Check[] = [
  {
    clause: 'S-3-01',
    level: 'broken',
    where: 'ContentInfo',
    of: ['envelope'],
    finds: () => 'The outermost structure is an EnvelopedData: nobody signed this, so it is no message of SCEP.',
  },
  {
    clause: 'S-3-01',
    level: 'broken',
    where: 'input',
    of: ['unknown'],
    finds: ({ element, fault, input }) => {
      if (element !== undefined) return fault && `The outermost structure is no SignedData that can be read: ${fault}.`
      if (input.text !== undefined)
        return isPage(input.text) ? PAGE : 'This is text, and no message, certificate or list of capabilities.'
      return `It is not one whole ASN.1 structure${fault === undefined ? '' : `: ${fault}`}.`
    },
  },
  {
    clause: 'S-3.2-13',
    level: 'broken',
    where: 'behind the message',
    of: ANYTHING,
    finds: ({ rest }) =>
      rest.some((octet) => !LINE_END.has(octet))
        ? `${count(rest.length, 'octet')} stand behind the end of the message.`
        : undefined,
  },
  {
    clause: 'S-3.2-13',
    level: 'note',
    where: 'behind the message',
    of: ANYTHING,
    finds: ({ rest }) =>
      rest.length > 0 && rest.every((octet) => LINE_END.has(octet))
        ? 'A line end or NUL stands behind the message; servers pass it over.'
        : undefined,
  },
  {
    clause: 'S-3.2-06',
    level: 'broken',
    where: 'signerInfos',
    of: [...MESSAGE, 'signed-data'],
    finds: ({ signedData }) =>
      signedData === undefined || signedData.signerInfos.length === 1
        ? undefined
        : `The message has ${count(signedData.signerInfos.length, 'SignerInfo')}, where there must be exactly one.`,
  },
  {
    clause: 'S-3.2-07',
    level: 'broken',
    where: 'SignerInfo',
    of: ['signed-data'],
    finds: ({ signerInfo }) =>
      signerInfo !== undefined && signerInfo.signedAttributes === undefined
        ? "The SignerInfo has no signed attributes, so what it signs could have been made of somebody else's."
        : undefined,
  },
  {
    clause: 'S-3.2.1-12',
    level: 'broken',
    where: 'signedAttrs',
    of: ['signed-data'],
    finds: ({ signerInfo }) =>
      signerInfo?.signedAttributes === undefined
        ? undefined
        : 'None of the signed attributes is of SCEP: nothing ties this to a transaction.',
  },
  {
    clause: 'S-3.2-01',
    level: 'broken',
    where: 'encapContentInfo',
    of: MESSAGE,
    finds: ({ signedData }) =>
      signedData === undefined || signedData.eContentType === CONTENT_TYPE.data
        ? undefined
        : `The signed content is typed ${oidLabel(signedData.eContentType)} instead of id-data.`,
  },
  {
    clause: 'S-3.2-02',
    level: 'broken',
    where: 'SignedData',
    of: MESSAGE,
    finds: ({ signedData, signerInfo }) => {
      if (signedData === undefined || signerInfo === undefined) return undefined
      const right = signerInfo.sid.kind === 'issuerAndSerialNumber' ? 1 : 3
      return signedData.version === right
        ? undefined
        : `The version of SignedData is ${signedData.version}, where its signer wants ${right}; readers do not mind.`
    },
  },
  {
    clause: 'C-ID-01',
    level: 'warning',
    where: 'sid',
    of: MESSAGE,
    finds: ({ signerInfo }) =>
      signerInfo?.sid.kind === 'subjectKeyIdentifier'
        ? 'The signer is named by key identifier; programs made with PKCS #7 know only issuer and serial number.'
        : undefined,
  },
  {
    clause: 'S-3.2-03',
    level: 'broken',
    where: 'eContent',
    of: MESSAGE,
    finds: (facts) =>
      facts.envelopeFault !== undefined && startsWithInteger(facts)
        ? 'The signed octets are a bare EnvelopedData, without the ContentInfo around it.'
        : undefined,
  },
  {
    clause: 'S-3.1-08',
    level: 'broken',
    where: 'encapContentInfo',
    of: REQUEST,
    finds: ({ signedData }) =>
      signedData !== undefined && (signedData.eContent?.length ?? 0) === 0
        ? 'The request has no content, where every request carries data.'
        : undefined,
  },
  {
    clause: 'S-3.1-09',
    level: 'broken',
    where: 'eContent',
    of: REQUEST,
    finds: ({ csr, payload, signedData }) =>
      csr !== undefined && payload === undefined && signedData !== undefined
        ? 'The certification request stands in the clear: everybody on the way can read the challenge.'
        : undefined,
  },
  {
    clause: 'S-3.2-03',
    level: 'broken',
    where: 'eContent',
    of: MESSAGE,
    finds: (facts) => {
      const { envelopeFault, csr, kind, signedData } = facts
      if (envelopeFault === undefined || csr !== undefined || startsWithInteger(facts)) return undefined
      if (kind === 'reply' && (signedData?.eContent?.length ?? 0) <= 1) return undefined
      return `The signed octets are no envelope that can be read: ${envelopeFault}.`
    },
  },
  {
    clause: 'C-BER-05',
    level: 'note',
    where: 'ContentInfo',
    of: [...MESSAGE, 'next-ca', 'certificates'],
    finds: ({ element }) =>
      element !== undefined && hasBer(element)
        ? 'It is written in BER (indefinite lengths or strings in segments), which readers of DER alone, such as strongSwan, do not take.'
        : undefined,
  },
]

const LINE_END: ReadonlySet<number> = new Set([0, 0x0a, 0x0d])
const PAGE = 'This is a page of HTML: a web server or proxy answered, and not SCEP.'

function isPage(text: string): boolean {
  return /^\s*<(?:!doctype|html|\?xml)/i.test(text)
}

function startsWithInteger({ signedData }: Facts): boolean {
  const content = signedData?.eContent
  return (
    content !== undefined &&
    content.length > 4 &&
    content[0] === TAG.sequence &&
    content[bodyAt(content)] === TAG.integer
  )
}

/** Where the content of a structure begins. */
function bodyAt(bytes: Buffer): number {
  const first = bytes[1] as number
  return first <= 0x80 ? 2 : 2 + (first & 0x7f)
}

function hasBer(e: Element): boolean {
  const segmented = e.constructed && (e.tag & 0xdf) === TAG.octetString
  return e.indefinite || segmented || e.children.some(hasBer)
}
