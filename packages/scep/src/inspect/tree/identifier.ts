import { type Element, nameToText, parseName, serialToHex, TAG, value } from '@chancery/pki'
import { shortHex } from '../hex.ts'
import type { InspectionNode } from '../inspection.ts'
import { node, type Scene } from '../node.ts'
import { part } from './attempt.ts'

/** SignerIdentifier and RecipientIdentifier (RFC 5652 §5.3, §6.2.1). */
export function identifierNode(scene: Scene, label: string, e: Element | undefined): InspectionNode {
  return part(scene, label, e, (found) => {
    if (found.tag !== TAG.sequence) {
      const octets = value.octets(found, label, 0x80)
      return node(scene, label, found, { value: shortHex(octets), note: 'subjectKeyIdentifier' })
    }
    return node(scene, label, found, {
      value: 'issuerAndSerialNumber',
      children: [nameNode(scene, 'issuer', found.children[0]), serialNode(scene, found.children[1])],
    })
  })
}

export function nameNode(scene: Scene, label: string, e: Element | undefined): InspectionNode {
  return part(scene, label, e, (found) =>
    node(scene, label, found, { value: nameToText(parseName(found)) || '(empty)' }),
  )
}

export function serialNode(scene: Scene, e: Element | undefined): InspectionNode {
  return part(scene, 'serialNumber', e, (found) => {
    const octets = value.integerBytes(found, 'serial number')
    const note =
      octets.length > 20
        ? `${octets.length} octets, where RFC 5280 allows 20`
        : (octets[0] as number) >= 0x80
          ? 'negative'
          : undefined
    return node(scene, 'serialNumber', found, { value: serialToHex(octets), note })
  })
}
