import { type Element, readFirst, TAG } from '@chancery/pki'
import { count } from '../count.ts'
import type { InspectionNode } from '../inspection.ts'
import { contains, isReadingFault, joined, node, type Scene } from '../node.ts'
import { hexNode, rawNodes } from './raw.ts'

/**
 * Octets that should hold one structure, in a scene of their own where they do not stand in the input.
 * @param secret what cannot be read is hidden: it was encrypted, and a challenge may be anywhere in it
 */
export function nestedNode(
  scene: Scene,
  label: string,
  bytes: Buffer,
  describe: (scene: Scene, e: Element) => InspectionNode,
  secret = false,
): InspectionNode {
  const inside = contains(scene.base, bytes)
  const there = inside ? scene : { ...scene, base: bytes }
  const place = inside ? undefined : 'offsets below count from its first octet'
  const hidden = secret && !scene.showSecrets
  const over = inside ? bytes : undefined
  try {
    const { element, rest } = readFirst(bytes)
    const behind = rest.length === 0 ? [] : [behindIt(there, rest, hidden)]
    return node(scene, label, over, { note: place, children: [describe(there, element), ...behind] })
  } catch (error) {
    if (!isReadingFault(error)) throw error
    const fault = `cannot be read: ${error.message}`
    if (hidden) return node(scene, label, over, { note: `${fault}; shown on demand only` })
    const children = bytes[0] === TAG.sequence ? rawNodes(there, bytes) : hexNode(there, 'octets', bytes).children
    return node(scene, label, over, { note: joined(fault, place), children })
  }
}

function behindIt(scene: Scene, rest: Buffer, hidden: boolean): InspectionNode {
  const note = `${count(rest.length, 'octet')} too many`
  return hidden ? node(scene, 'behind it', rest, { note }) : hexNode(scene, 'behind it', rest, note)
}
