import { contextTag, type Element, readElement, TAG, value } from '@chancery/pki'
import { count } from '../count.ts'
import type { InspectionNode } from '../inspection.ts'
import { node, type Scene } from '../node.ts'
import { algorithmNode } from './algorithm.ts'
import { attempt, part, tooMany } from './attempt.ts'
import { identifierNode } from './identifier.ts'
import { rawNodes } from './raw.ts'

/** RecipientInfo (RFC 5652 §6.2): the two kinds of SCEP taken apart, the others named. */
export function recipientNode(scene: Scene, e: Element): InspectionNode {
  const kind = KINDS[e.tag]
  if (kind === undefined)
    return node(scene, 'RecipientInfo', e, { note: 'of no known kind', children: rawNodes(scene, e.bytes) })
  return attempt(scene, kind.label, e, () => kind.describe(scene, kind.label, e))
}

interface Kind {
  readonly label: string
  readonly describe: (scene: Scene, label: string, e: Element) => InspectionNode
}

const KINDS: Readonly<Record<number, Kind>> = {
  [TAG.sequence]: { label: 'KeyTransRecipientInfo', describe: keyTransport },
  [contextTag(1, true)]: { label: 'KeyAgreeRecipientInfo', describe: outsideScep },
  [contextTag(2, true)]: { label: 'KEKRecipientInfo', describe: outsideScep },
  [contextTag(3, true)]: { label: 'PasswordRecipientInfo', describe: password },
  [contextTag(4, true)]: { label: 'OtherRecipientInfo', describe: outsideScep },
}

function keyTransport(scene: Scene, label: string, e: Element): InspectionNode {
  const [version, rid, keyEncryption, encryptedKey, ...rest] = e.children
  return node(scene, label, e, {
    children: [
      versionNode(scene, version),
      identifierNode(scene, 'rid', rid),
      algorithmNode(scene, 'keyEncryptionAlgorithm', keyEncryption),
      encryptedKeyNode(scene, encryptedKey),
      ...tooMany(scene, rest),
    ],
  })
}

function password(scene: Scene, label: string, e: Element): InspectionNode {
  const [version, ...fields] = e.children
  const derivation = fields[0]?.tag === contextTag(0, true) ? fields.shift() : undefined
  const [keyEncryption, encryptedKey, ...rest] = fields
  return node(scene, label, e, {
    children: [
      versionNode(scene, version),
      derivation === undefined
        ? node(scene, 'keyDerivationAlgorithm', undefined, { note: 'is missing' })
        : implicitAlgorithm(scene, derivation),
      algorithmNode(scene, 'keyEncryptionAlgorithm', keyEncryption),
      encryptedKeyNode(scene, encryptedKey),
      ...tooMany(scene, rest),
    ],
  })
}

/** AlgorithmIdentifier under an IMPLICIT tag: its parts are those of the SEQUENCE that it replaces. */
function implicitAlgorithm(scene: Scene, e: Element): InspectionNode {
  const bytes = Buffer.from(e.bytes)
  bytes[0] = TAG.sequence
  const { children, value, note } = algorithmNode(scene, 'keyDerivationAlgorithm', readElement(bytes))
  return node(scene, 'keyDerivationAlgorithm', e, { children, value, note })
}

function outsideScep(scene: Scene, label: string, e: Element): InspectionNode {
  return node(scene, label, e, { note: 'outside SCEP', children: rawNodes(scene, e.bytes) })
}

export function versionNode(scene: Scene, e: Element | undefined): InspectionNode {
  return part(scene, 'version', e, (found) =>
    node(scene, 'version', found, {
      value: BigInt(`0x${value.integerBytes(found, 'version').toString('hex')}`).toString(),
    }),
  )
}

function encryptedKeyNode(scene: Scene, e: Element | undefined): InspectionNode {
  return part(scene, 'encryptedKey', e, (found) =>
    node(scene, 'encryptedKey', found, { value: count(value.octets(found, 'encryptedKey').length, 'octet') }),
  )
}
