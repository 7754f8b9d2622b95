import type { Element } from '@chancery/pki'
import type { InspectionNode } from '../inspection.ts'
import { isReadingFault, node, type Scene } from '../node.ts'
import { rawNodes } from './raw.ts'

/** A part of the tree by its meaning; where it has none, as raw ASN.1 with what is wrong. */
export function attempt(scene: Scene, label: string, e: Element, describe: () => InspectionNode): InspectionNode {
  try {
    return describe()
  } catch (error) {
    if (!isReadingFault(error)) throw error
    const note = `cannot be read: ${error.message}`
    return node(scene, label, e, { note, children: rawNodes(scene, e.bytes) })
  }
}

/** The parts of a structure, and those of it that are missing or not foreseen. */
export function part(
  scene: Scene,
  label: string,
  e: Element | undefined,
  describe: (e: Element) => InspectionNode,
): InspectionNode {
  if (e === undefined) return node(scene, label, undefined, { note: 'is missing' })
  return attempt(scene, label, e, () => describe(e))
}

/** Parts behind those that the standard knows. */
export function tooMany(scene: Scene, rest: readonly Element[]): InspectionNode[] {
  return rest.map((e) =>
    node(scene, 'not foreseen', e, { note: 'no such part in this structure', children: rawNodes(scene, e.bytes) }),
  )
}
