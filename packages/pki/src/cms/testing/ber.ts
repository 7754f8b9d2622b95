import * as pki from '../../index.ts'

/** An element of indefinite length (X.690 §8.1.3.6). */
export const indefinite = (tag: number, ...parts: readonly Uint8Array[]): Buffer =>
  Buffer.concat([Buffer.from([tag, 0x80]), ...parts, Buffer.from([0, 0])])

/** An element whose length has leading zeros. */
export function longLength(tag: number, content: Uint8Array): Buffer {
  const header = Buffer.alloc(8)
  header.writeUInt8(tag)
  header.writeUInt8(0x86, 1)
  header.writeUIntBE(content.length, 2, 6)
  return Buffer.concat([header, content])
}

/** OCTET STRING segments of a length, an empty one among them. */
export function segments(content: Buffer, length: number): Buffer[] {
  const out = [pki.der.octetString(Buffer.alloc(0))]
  for (let at = 0; at < content.length; at += length) out.push(pki.der.octetString(content.subarray(at, at + length)))
  return out
}

/** Another encoding of an element; undefined: as it is, but look inside. */
export type Change = (e: pki.Element, path: string) => Buffer | undefined

/** Writes a structure anew, with the changes that are asked for at paths of child indices ("1.0.2"). */
export function rewrite(source: Buffer | pki.Element, change: Change, path = ''): Buffer {
  const e = source instanceof pki.Element ? source : pki.readElement(source)
  const changed = change(e, path)
  if (changed !== undefined) return changed
  if (!e.constructed) return e.bytes
  const inside = e.children.map((part, i) => rewrite(part, change, path === '' ? `${i}` : `${path}.${i}`))
  return pki.der.encode(e.tag, ...inside)
}

/** The same, with indefinite lengths down to a depth. */
export function withIndefiniteLengths(source: Buffer | pki.Element, depth: number): Buffer {
  const e = source instanceof pki.Element ? source : pki.readElement(source)
  if (depth === 0 || !e.constructed) return e.bytes
  return indefinite(e.tag, ...e.children.map((part) => withIndefiniteLengths(part, depth - 1)))
}

/** DER of an element as a strict encoder has it, but for the order of sets: what C-BER-05 compares with. */
export function strict(source: Buffer | pki.Element): Buffer {
  const e = source instanceof pki.Element ? source : pki.readElement(source)
  return e.constructed ? pki.der.encode(e.tag, ...e.children.map(strict)) : pki.der.encode(e.tag, e.content)
}
