import { CONSTRUCTED, DEFAULT_LIMITS, type Element, readFirst, TAG, value } from '@chancery/pki'
import { hexLines, shortHex } from '../hex.ts'
import type { InspectionNode } from '../inspection.ts'
import { node, readable, type Scene } from '../node.ts'
import { oidLabel } from '../oid-name.ts'
import { CHALLENGE_PASSWORD_OID, MASKED, showable } from '../secret-view.ts'

const MOST_NODES = 3000

/**
 * ASN.1 as it stands, with no meaning given to it, and hexadecimal from where it is none any more: for what no reader
 * takes. Where the structure breaks off, what was whole before that is still shown.
 */
export function rawNodes(scene: Scene, bytes: Buffer): readonly InspectionNode[] {
  return new RawReader(scene).elements(bytes, 0, bytes.length, 0, false).nodes
}

/** Octets that are not ASN.1. */
export function hexNode(scene: Scene, label: string, bytes: Buffer, note?: string): InspectionNode {
  const { shown, hidden } = showable(bytes, scene.showSecrets)
  const lines = hexLines(shown).map((line) => ({ label: '', value: line, children: [] }))
  const rest =
    hidden === 0 ? [] : [{ label: '', value: `${hidden} octets hidden: a challenge may be in them`, children: [] }]
  return node(scene, label, bytes, { note, children: [...lines, ...rest] })
}

class RawReader {
  #nodes = 0
  /** A challengePassword was met: values from there on are hidden, wherever a broken length has put them. */
  #hiding = false
  readonly #scene: Scene

  constructor(scene: Scene) {
    this.#scene = scene
  }

  /** Elements from one place to another; stops at end-of-contents where the length is indefinite. */
  elements(bytes: Buffer, from: number, end: number, depth: number, indefinite: boolean): ReadElements {
    const nodes: InspectionNode[] = []
    let at = from
    while (at < end) {
      if (indefinite && bytes[at] === 0 && bytes[at + 1] === 0) return { nodes, next: at + 2, whole: true }
      const header = this.#header(bytes, at, end, depth)
      if (typeof header === 'string') {
        nodes.push(this.#unreadable(bytes.subarray(at, end), header))
        return { nodes, next: end, whole: false }
      }
      const { element, next } = this.#element(bytes, at, end, depth, header)
      nodes.push(element)
      at = next
    }
    return { nodes, next: at, whole: !indefinite }
  }

  #unreadable(rest: Buffer, note: string): InspectionNode {
    if (this.#hiding) return node(this.#scene, 'unreadable', rest, { value: MASKED, note })
    return hexNode(this.#scene, 'unreadable', rest, note)
  }

  #element(bytes: Buffer, at: number, end: number, depth: number, { tag, contentStart, contentEnd }: Header) {
    const label = tagName(tag)
    if (contentEnd === undefined) {
      const { nodes, next, whole } = this.elements(bytes, contentStart, end, depth + 1, true)
      const note = whole ? 'indefinite length' : 'indefinite length without an end'
      return { element: node(this.#scene, label, bytes.subarray(at, next), { note, children: nodes }), next }
    }
    const stop = Math.min(contentEnd, end)
    const over = bytes.subarray(at, stop)
    const note =
      contentEnd > end ? `${contentEnd - contentStart} octets announced, ${end - contentStart} are there` : undefined
    if ((tag & CONSTRUCTED) !== 0) {
      const { nodes } = this.elements(bytes, contentStart, stop, depth + 1, false)
      return { element: node(this.#scene, label, over, { note, children: nodes }), next: stop }
    }
    const text = this.#primitive(tag, over, bytes.subarray(contentStart, stop))
    return { element: node(this.#scene, label, over, { value: text, note }), next: stop }
  }

  /** What a primitive says, in one line. */
  #primitive(tag: number, whole: Buffer, content: Buffer): string {
    const oid = tag === TAG.oid ? readable(() => value.oidText(content, 'OID')) : undefined
    if (this.#hiding) return oid === undefined ? MASKED : oidLabel(oid)
    if (oid !== undefined) {
      this.#hiding = oid === CHALLENGE_PASSWORD_OID && !this.#scene.showSecrets
      return oidLabel(oid)
    }
    if (tag === TAG.null && content.length === 0) return ''
    if (tag === TAG.boolean && content.length === 1) return content[0] === 0 ? 'FALSE' : 'TRUE'
    return readable(() => textOf(tag, readFirst(whole).element)) ?? this.#octets(content)
  }

  /** Strings in a wrapper may hold a whole structure, and a challenge with it. */
  #octets(content: Buffer): string {
    const { shown, hidden } = showable(content, this.#scene.showSecrets)
    return hidden === 0 ? shortHex(content) : `${shortHex(shown)} and ${hidden} octets that are hidden`
  }

  #header(bytes: Buffer, at: number, end: number, depth: number): Header | string {
    if (++this.#nodes > MOST_NODES) return `more than ${MOST_NODES} elements: the rest is not taken apart`
    if (depth > DEFAULT_LIMITS.depth) return `nested deeper than ${DEFAULT_LIMITS.depth}`
    const tag = bytes[at] as number
    const first = bytes[at + 1]
    if (first === undefined || at + 2 > end) return 'a tag without a length'
    if ((tag & 0x1f) === 0x1f) return 'not ASN.1 of ours: a tag number above 30'
    if (tag === 0) return 'not ASN.1: end-of-contents where a value is expected'
    const contentStart = at + 2
    if (first === 0x80) {
      return (tag & CONSTRUCTED) === 0
        ? 'not ASN.1: a primitive of indefinite length'
        : { tag, contentStart, contentEnd: undefined }
    }
    const octets = first < 0x80 ? 0 : first & 0x7f
    if (octets > 6 || contentStart + octets > end) return 'not ASN.1: a length that cannot be'
    const length = octets === 0 ? first : bytes.readUIntBE(contentStart, octets)
    return { tag, contentStart: contentStart + octets, contentEnd: contentStart + octets + length }
  }
}

interface ReadElements {
  readonly nodes: readonly InspectionNode[]
  readonly next: number
  /** False: the end that was announced never came. */
  readonly whole: boolean
}

interface Header {
  readonly tag: number
  readonly contentStart: number
  /** undefined: indefinite. */
  readonly contentEnd: number | undefined
}

function textOf(tag: number, element: Element): string | undefined {
  if (tag === TAG.utcTime || tag === TAG.generalizedTime) return value.timeValue(element, 'time').toISOString()
  return value.stringValue(element)
}

const UNIVERSAL: Readonly<Record<number, string>> = {
  1: 'BOOLEAN',
  2: 'INTEGER',
  3: 'BIT STRING',
  4: 'OCTET STRING',
  5: 'NULL',
  6: 'OBJECT IDENTIFIER',
  10: 'ENUMERATED',
  12: 'UTF8String',
  16: 'SEQUENCE',
  17: 'SET',
  18: 'NumericString',
  19: 'PrintableString',
  20: 'TeletexString',
  22: 'IA5String',
  23: 'UTCTime',
  24: 'GeneralizedTime',
  26: 'VisibleString',
  28: 'UniversalString',
  30: 'BMPString',
}

/** `SEQUENCE`, `[0]`, `[APPLICATION 3]`. */
export function tagName(tag: number): string {
  const number = tag & 0x1f
  switch (tag & 0xc0) {
    case 0:
      return UNIVERSAL[number] ?? `[UNIVERSAL ${number}]`
    case 0x80:
      return `[${number}]`
    case 0x40:
      return `[APPLICATION ${number}]`
    default:
      return `[PRIVATE ${number}]`
  }
}
