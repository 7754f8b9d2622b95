import { certsOnly, der, type PublicKeyInfo, publicKeyInfoOf, softwareDecryptionKey } from '@chancery/pki'
import { type ExpectedReply, openReply, type Reply } from '../client/open-reply.ts'
import { ScepError } from '../scep-error.ts'
import type { TransactionId } from '../transaction-id.ts'
import { CA, certificateOf, DEVICE, RA } from './exchange.ts'
import { commonName, rawCertificate } from './raw-certificate.ts'
import { attribute, type RawEnvelopeOptions, type RawSignedOptions, rawEnvelope, rawSigned } from './raw-message.ts'

/** What a server issued to the device of the exchange. */
export const ISSUED = rawCertificate({
  privateKey: DEVICE.privateKey,
  issuer: commonName('Test CA'),
  issuerKey: CA.privateKey,
  serial: Buffer.from([0x77]),
})

const SENDER_NONCE = Buffer.alloc(16, 0xc1)

const deviceKey: PublicKeyInfo = publicKeyInfoOf(DEVICE.privateKey)

export const EXPECTED: ExpectedReply = {
  transactionId: '4711' as TransactionId,
  senderNonce: SENDER_NONCE,
  trusted: [certificateOf(RA), certificateOf(CA)],
  decryption: softwareDecryptionKey(DEVICE.privateKey),
  csrKey: deviceKey,
  issuers: [certificateOf(CA)],
}

type Values = Buffer[] | null

export interface ReplyChanges {
  readonly messageType?: Values
  readonly pkiStatus?: Values
  readonly failInfo?: Values
  readonly transactionId?: Values
  readonly recipientNonce?: Values
  readonly senderNonce?: Values
  readonly more?: readonly Buffer[]
}

const text = der.printableString

/** Attributes of a CertRep; a key set to null leaves the attribute out. */
export function replyAttributes(status: string, changes: ReplyChanges = {}): Buffer[] {
  const list: Buffer[] = [...(changes.more ?? [])]
  const add = (number: number, values: Values | undefined, usual: Buffer | undefined) => {
    if (values === null || (values === undefined && usual === undefined)) return
    list.push(attribute(`2.16.840.1.113733.1.9.${number}`, ...(values ?? [usual as Buffer])))
  }
  add(2, changes.messageType, text('3'))
  add(3, changes.pkiStatus, text(status))
  add(4, changes.failInfo, status === '2' ? text('2') : undefined)
  add(5, changes.senderNonce, der.octetString(Buffer.alloc(16, 0xd2)))
  add(6, changes.recipientNonce, der.octetString(SENDER_NONCE))
  add(7, changes.transactionId, text('4711'))
  return list
}

/** A reply of the RA; a SUCCESS has the issued certificate unless the content is given. */
export function reply(
  status: string,
  changes: ReplyChanges = {},
  signed: Partial<RawSignedOptions> = {},
  envelope: Partial<RawEnvelopeOptions> = {},
): Buffer {
  const content = { content: certsOnly([ISSUED.certificate]), recipient: DEVICE, ...envelope }
  const eContent = 'eContent' in signed ? signed.eContent : status === '0' ? rawEnvelope(content) : undefined
  return rawSigned({ signer: RA, attributes: replyAttributes(status, changes), ...signed, eContent })
}

export const openAs = (bytes: Buffer, changes: Partial<ExpectedReply> = {}): Promise<Reply> =>
  openReply(bytes, { ...EXPECTED, ...changes })

export async function replyRefusal(bytes: Buffer, changes: Partial<ExpectedReply> = {}): Promise<ScepError> {
  try {
    await openAs(bytes, changes)
  } catch (error) {
    if (error instanceof ScepError) return error
    throw error
  }
  throw new Error('the reply was not refused')
}
