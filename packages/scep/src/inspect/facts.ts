import {
  type Attribute,
  type Certificate,
  type CertificationRequest,
  type Crl,
  DEFAULT_LIMITS,
  type Element,
  type EnvelopedData,
  isAuthEnvelopedData,
  parseAuthEnvelopedData,
  parseCertificate,
  parseCertificationRequest,
  parseCrl,
  parseEnvelopedData,
  parseSignedData,
  readElement,
  readFirst,
  type SignedData,
  type SignerInfo,
} from '@chancery/pki'
import { ATTRIBUTE, type AttributeName, attributeValues, numberText } from '../attribute.ts'
import { MESSAGE_TYPE, type MessageType } from '../message-type.ts'
import { type PkiMessage, readPkiMessage } from '../pki-message.ts'
import { type Input, isCapabilities } from './input/read-input.ts'
import type { InspectedKind } from './inspection.ts'
import { isReadingFault, readable } from './node.ts'
import { type Opening, openForInspection } from './opening.ts'
import type { InspectOptions } from './options.ts'
import { type Shape, shapeOf } from './shape.ts'
import { examineSignature, type SignatureFacts } from './signature-facts.ts'

/** Everything about the input that checks, habits and verdicts look at; what could not be read is undefined. */
export interface Facts {
  readonly kind: InspectedKind
  readonly input: Input
  readonly options: InspectOptions
  readonly element: Element | undefined
  readonly shape: Shape | undefined
  /** Behind the first element. */
  readonly rest: Buffer
  /** Why the outermost structure cannot be read as what it is. */
  readonly fault: string | undefined
  readonly signedData: SignedData | undefined
  readonly signerInfo: SignerInfo | undefined
  readonly attributes: readonly Attribute[]
  /** As the server and the client read it. */
  readonly message: PkiMessage | undefined
  readonly messageType: MessageType | undefined
  readonly signature: SignatureFacts | undefined
  /** The certificates in it that can be read. */
  readonly certificates: readonly Certificate[]
  readonly envelope: EnvelopedData | undefined
  readonly envelopeFault: string | undefined
  readonly opening: Opening | undefined
  /** What was decrypted, as a structure. */
  readonly payload: Element | undefined
  readonly payloadShape: Shape | undefined
  /** The certification request: decrypted, in the clear where the envelope should be, or the input itself. */
  readonly csr: CertificationRequest | undefined
  readonly crl: Crl | undefined
}

export async function gatherFacts(input: Input, options: InspectOptions): Promise<Facts> {
  const { element, rest, fault: unreadable } = outermost(input.bytes)
  const shape = element && shapeOf(element)
  const { signedData, fault } = readSigned(element, shape)
  const [signerInfo] = signedData?.signerInfos ?? []
  const attributes = signerInfo?.signedAttributes ?? []
  const message = readable(() => readPkiMessage(input.bytes))
  const certificates = certificatesOf(element, shape, signedData)
  const { envelope, envelopeFault } = readEnvelope(element, shape, signedData)
  const opening = envelope && (await openForInspection(envelope, options.key, options.password))
  const payload = opening?.status === 'opened' ? readable(() => readFirst(opening.content).element) : undefined
  const payloadShape = payload && shapeOf(payload)
  const csrElement = payloadShape === 'CertificationRequest' ? payload : inClear(element, shape, signedData)
  return {
    kind: kindOf(input, element, shape, signedData, attributes),
    input,
    options,
    element,
    shape,
    rest,
    fault: unreadable ?? fault,
    signedData,
    signerInfo,
    attributes,
    message,
    messageType: messageTypeOf(attributes),
    signature: message && examineSignature(message, certificates, options.authorities ?? []),
    certificates,
    envelope,
    envelopeFault,
    opening,
    payload,
    payloadShape,
    csr: csrElement && readable(() => parseCertificationRequest(csrElement)),
    crl: shape === 'CertificateList' && element !== undefined ? readable(() => parseCrl(element)) : undefined,
  }
}

/** Text of an attribute that is there once with one value. */
export function attributeText({ attributes }: Pick<Facts, 'attributes'>, name: AttributeName): string | undefined {
  const { only } = attributeValues(attributes, name)
  return only === undefined ? undefined : numberText(only)
}

function outermost(bytes: Buffer): { element?: Element; rest: Buffer; fault?: string } {
  const none = Buffer.alloc(0)
  if (bytes.length === 0) return { rest: none }
  try {
    return readFirst(bytes, DEFAULT_LIMITS)
  } catch (error) {
    if (!isReadingFault(error)) throw error
    return { rest: none, fault: error.message }
  }
}

function readSigned(
  element: Element | undefined,
  shape: Shape | undefined,
): { signedData?: SignedData; fault?: string } {
  if (element === undefined || shape !== 'ContentInfo') return {}
  try {
    return { signedData: parseSignedData(element, { certificates: 64, crls: 64, signerInfos: 64 }) }
  } catch (error) {
    if (!isReadingFault(error)) throw error
    return { fault: error.message }
  }
}

function certificatesOf(element?: Element, shape?: Shape, signedData?: SignedData): Certificate[] {
  const elements = shape === 'Certificate' && element !== undefined ? [element] : (signedData?.certificates ?? [])
  return elements.flatMap((each) => readable(() => parseCertificate(each)) ?? [])
}

/** The envelope inside a message, or the input itself when it is one. */
function readEnvelope(
  element?: Element,
  shape?: Shape,
  signedData?: SignedData,
): { envelope?: EnvelopedData; envelopeFault?: string } {
  if (signedData === undefined) {
    const envelope = element && shape === 'ContentInfo' ? readable(() => parseAnyEnvelope(element)) : undefined
    return envelope === undefined ? {} : { envelope }
  }
  const { eContent } = signedData
  if (eContent === undefined || eContent.length < 2) return {}
  try {
    return { envelope: parseAnyEnvelope(readElement(eContent)) }
  } catch (error) {
    if (!isReadingFault(error)) throw error
    return { envelopeFault: error.message }
  }
}

function parseAnyEnvelope(e: Element): EnvelopedData {
  const limits = { recipientInfos: 64 }
  return isAuthEnvelopedData(e) ? parseAuthEnvelopedData(e, limits) : parseEnvelopedData(e, limits)
}

function inClear(element?: Element, shape?: Shape, signedData?: SignedData): Element | undefined {
  if (shape === 'CertificationRequest') return element
  const content = signedData?.eContent
  const inner = content === undefined ? undefined : readable(() => readElement(content))
  return inner !== undefined && shapeOf(inner) === 'CertificationRequest' ? inner : undefined
}

function messageTypeOf(attributes: readonly Attribute[]): MessageType | undefined {
  const number = attributeText({ attributes }, 'messageType')
  return (Object.keys(MESSAGE_TYPE) as MessageType[]).find((name) => MESSAGE_TYPE[name] === number)
}

const OF_SCEP: ReadonlySet<string> = new Set(
  (['messageType', 'pkiStatus', 'failInfo', 'senderNonce', 'recipientNonce', 'transactionId'] as const).map(
    (name) => ATTRIBUTE[name],
  ),
)

function kindOf(
  { query, text }: Input,
  element: Element | undefined,
  shape: Shape | undefined,
  signedData: SignedData | undefined,
  attributes: readonly Attribute[],
): InspectedKind {
  if (element === undefined) {
    if (query !== undefined) return 'query'
    return text !== undefined && isCapabilities(text) ? 'capabilities' : 'unknown'
  }
  switch (shape) {
    case 'PrivateKey':
      return 'private-key'
    case 'Certificate':
      return 'certificate'
    case 'CertificationRequest':
      return 'certification-request'
    case 'CertificateList':
      return 'crl'
    case 'ContentInfo':
      return signedData === undefined ? contentKind(element) : signedKind(signedData, attributes)
    default:
      return 'unknown'
  }
}

function signedKind(
  { signerInfos, eContent, certificates, crls }: SignedData,
  attributes: readonly Attribute[],
): InspectedKind {
  if (attributes.some(({ oid }) => OF_SCEP.has(oid))) {
    const type = attributeText({ attributes }, 'messageType')
    const answers = attributes.some(({ oid }) => oid === ATTRIBUTE.pkiStatus)
    const asks = messageTypeOf(attributes) !== undefined && type !== MESSAGE_TYPE.CertRep
    return type === MESSAGE_TYPE.CertRep || (answers && !asks) ? 'reply' : 'request'
  }
  if (signerInfos.length === 0) return certificates.length + crls.length > 0 ? 'certificates' : 'signed-data'
  const inner = eContent === undefined ? undefined : readable(() => parseSignedData(eContent))
  return inner === undefined ? 'signed-data' : 'next-ca'
}

function contentKind(element: Element): InspectedKind {
  return readable(() => parseAnyEnvelope(element)) === undefined ? 'unknown' : 'envelope'
}
