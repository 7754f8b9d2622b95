import { CAPABILITY_MEANINGS, capabilityWord } from '../capability-meaning.ts'
import type { InspectionNode } from './inspection.ts'
import { node, type Scene } from './node.ts'

const MOST_LINES = 100

/** The lines of GetCACaps as they stand. */
export function describeCapabilities(scene: Scene, text: string): InspectionNode[] {
  const lines = text.split(/\r?\n/)
  if (lines.at(-1) === '') lines.pop()
  const children = lines.slice(0, MOST_LINES).map((line) => lineNode(scene, line))
  return [node(scene, 'capabilities', undefined, { children })]
}

function lineNode(scene: Scene, line: string): InspectionNode {
  const word = capabilityWord(line)
  const value = word === undefined ? 'not in RFC 8894' : CAPABILITY_MEANINGS[word]
  return node(scene, line.trim().slice(0, 100) || '(empty line)', undefined, { value })
}
