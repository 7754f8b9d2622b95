import { der } from '@chancery/pki'
import { ATTRIBUTE, type AttributeName } from './attribute.ts'

/** Attributes as they are written: PrintableString whatever the request had, because sscep aborts on any other type. */

export const printableAttribute = (name: AttributeName, text: string): Buffer =>
  attribute(name, der.printableString(text))

export const nonceAttribute = (name: 'senderNonce' | 'recipientNonce', nonce: Buffer): Buffer =>
  attribute(name, der.octetString(nonce))

export const textAttribute = (name: AttributeName, text: string): Buffer => attribute(name, der.utf8String(text))

export const timeAttribute = (name: AttributeName, time: Date): Buffer => attribute(name, der.time(time))

function attribute(name: AttributeName, content: Buffer): Buffer {
  return der.sequence(oids[name], der.set(content))
}

/** Encoded once: they are the same in every message. */
const oids = Object.fromEntries(Object.entries(ATTRIBUTE).map(([name, oid]) => [name, der.oid(oid)])) as Record<
  AttributeName,
  Buffer
>
