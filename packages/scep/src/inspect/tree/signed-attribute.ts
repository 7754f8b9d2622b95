import { type Element, parseAttribute, value } from '@chancery/pki'
import { ATTRIBUTE, type AttributeName, nonceOctets, numberText } from '../../attribute.ts'
import { FAIL_INFO } from '../../fail-info.ts'
import { MESSAGE_TYPE } from '../../message-type.ts'
import { PKI_STATUS } from '../../pki-status.ts'
import { shortHex } from '../hex.ts'
import type { InspectionNode } from '../inspection.ts'
import { joined, node, readable, type Scene } from '../node.ts'
import { oidLabel, oidName } from '../oid-name.ts'
import { part } from './attempt.ts'
import { rawNodes, tagName } from './raw.ts'

/** An attribute of a SignerInfo with what its value means in SCEP (RFC 8894 §3.2.1). */
export function signedAttributeNode(scene: Scene, e: Element): InspectionNode {
  return part(scene, 'attribute', e, () => {
    const { oid, values } = parseAttribute(e)
    const label = oidName(oid) ?? oid
    const [only, second] = values
    if (only === undefined || second !== undefined) {
      const children = values.flatMap((each) => rawNodes(scene, each.bytes))
      return node(scene, label, e, { note: `has ${values.length} values, where there must be one`, children })
    }
    const meaning = readable(() => MEANINGS[oid]?.(only))
    if (meaning === undefined) return node(scene, label, e, { note: note(oid), children: rawNodes(scene, only.bytes) })
    return node(scene, label, e, { value: meaning, note: joined(unusualType(oid, only)) })
  })
}

function note(oid: string): string | undefined {
  return MEANINGS[oid] === undefined ? 'not of SCEP: without effect' : undefined
}

type Meaning = (element: Element) => string | undefined

const named =
  (table: Readonly<Record<string, string>>): Meaning =>
  (element) => {
    const text = numberText(element)
    const name = Object.entries(table).find(([, number]) => number === text)?.[0]
    return name === undefined ? text && `${text} (not defined)` : `${name} (${text})`
  }

const nonce: Meaning = (element) => nonceOctets(element)?.toString('hex')

const MEANINGS: Readonly<Record<string, Meaning>> = {
  [ATTRIBUTE.messageType]: named(MESSAGE_TYPE),
  [ATTRIBUTE.pkiStatus]: named(PKI_STATUS),
  [ATTRIBUTE.failInfo]: named(FAIL_INFO),
  [ATTRIBUTE.senderNonce]: nonce,
  [ATTRIBUTE.recipientNonce]: nonce,
  [ATTRIBUTE.transactionId]: (element) => value.stringValue(element),
  [ATTRIBUTE.failInfoText]: (element) => value.stringValue(element),
  [ATTRIBUTE.contentType]: (element) => oidLabel(value.oidValue(element, 'contentType')),
  [ATTRIBUTE.signingTime]: (element) => value.timeValue(element, 'signingTime').toISOString(),
  '1.2.840.113549.1.9.4': (element) => shortHex(value.octets(element, 'messageDigest'), 64),
}

const PRINTABLE = 0x13
const OCTETS = 0x04

/** Tags of RFC 8894 §3.2.1, table 1. */
const TYPES: ReadonlyMap<string, number> = new Map([
  ...(['messageType', 'pkiStatus', 'failInfo', 'transactionId'] as const).map(typed(PRINTABLE)),
  ...(['senderNonce', 'recipientNonce'] as const).map(typed(OCTETS)),
  [ATTRIBUTE.failInfoText, 0x0c],
])

function typed(tag: number): (name: AttributeName) => [string, number] {
  return (name) => [ATTRIBUTE[name], tag]
}

function unusualType(oid: string, { tag }: Element): string | undefined {
  const right = TYPES.get(oid)
  return right === undefined || right === tag ? undefined : `written as ${tagName(tag)} instead of ${tagName(right)}`
}
