import { DEFAULT_LIMITS } from '@chancery/pki'
import { describeCapabilities } from './capabilities.ts'
import { runChecks } from './check/table.ts'
import { clientVerdict, nextCaVerdict } from './client-verdict.ts'
import { count } from './count.ts'
import { type Facts, gatherFacts } from './facts.ts'
import { resemblances } from './habit.ts'
import { type Input, MOST_INSPECTED, readInput } from './input/read-input.ts'
import type { Inspection, InspectionNode, Verdict } from './inspection.ts'
import { node, type Scene } from './node.ts'
import type { InspectOptions } from './options.ts'
import { serverVerdicts } from './server-verdict.ts'
import { summaryOf } from './summary.ts'
import { titleOf } from './title.ts'
import { hexNode, rawNodes } from './tree/raw.ts'
import { structureNode } from './tree/structure.ts'

/**
 * Takes a captured message apart, whatever it is and however it was captured, and judges it by the clauses of RFC 8894
 * and by the compatibility profiles. Input of any kind gives an inspection: what cannot be read is shown as it stands.
 * @throws {CompatibilityError} for a profile that does not exist
 */
export async function inspectMessage(given: Uint8Array, options: InspectOptions): Promise<Inspection> {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength)
  if (bytes.length > MOST_INSPECTED) return tooLarge(bytes.length, MOST_INSPECTED, 'binary')
  const input = readInput(bytes)
  if (input.bytes.length > DEFAULT_LIMITS.bytes)
    return tooLarge(input.bytes.length, DEFAULT_LIMITS.bytes, input.encoding)
  const facts = await gatherFacts(input, options)
  return {
    kind: facts.kind,
    title: titleOf(facts),
    encoding: input.encoding,
    summary: summaryOf(facts),
    tree: treeOf(facts),
    looksLike: resemblances(facts),
    findings: runChecks(facts),
    verdicts: await verdictsOf(facts),
  }
}

function treeOf(facts: Facts): InspectionNode[] {
  const { input, element, rest, kind } = facts
  const { now, showSecrets = false } = facts.options
  const { signature, opening } = facts
  const signerKey = signature?.signer?.publicKey
  const scene: Scene = { base: input.bytes, showSecrets, now, signerKey, structure: structureNode }
  const main =
    element === undefined
      ? unreadable(scene, facts)
      : [structureNode(scene, element, { signature: signature?.sentence, opening })]
  // Behind a private key there may be another one.
  const behind = rest.length === 0 || kind === 'private-key' ? [] : [hexNode(scene, 'behind the message', rest)]
  return [...inputNodes(scene, input), ...main, ...behind]
}

/** How the octets came, where that says something. */
function inputNodes(scene: Scene, { query, notes }: Input): InspectionNode[] {
  const said = notes.map((note) => node(scene, 'input', undefined, { note }))
  if (query === undefined) return said
  const message = query.rawMessage === undefined ? '(none)' : count(query.rawMessage.length, 'character')
  const isPki = query.message !== undefined || query.fault !== undefined
  const value = isPki ? message : (query.rawMessage ?? '(none)').slice(0, 200)
  const children = [
    node(scene, 'operation', undefined, { value: query.operation.slice(0, 200) || '(none)' }),
    node(scene, 'message', undefined, { value, note: query.fault }),
  ]
  return [...said, node(scene, 'GET', undefined, { children })]
}

function unreadable(scene: Scene, { input: { bytes, text }, kind }: Facts): readonly InspectionNode[] {
  if (kind === 'capabilities') return describeCapabilities(scene, text ?? '')
  if (bytes.length > 0) return bytes[0] === 0x30 ? rawNodes(scene, bytes) : [hexNode(scene, 'octets', bytes)]
  const lines = (text ?? '').split('\n', 10).map((line) => node(scene, '', undefined, { value: line.slice(0, 200) }))
  return text === undefined || text === '' ? [] : [node(scene, 'text', undefined, { children: lines })]
}

async function verdictsOf(facts: Facts): Promise<Verdict[]> {
  if (facts.kind === 'reply') return [await clientVerdict(facts)]
  if (facts.kind === 'next-ca') return facts.options.authorities === undefined ? [] : [nextCaVerdict(facts)]
  return ADDRESSED.has(facts.kind) && facts.input.bytes.length > 0 ? serverVerdicts(facts) : []
}

/** What may have been sent to a server as a PKIOperation. */
const ADDRESSED: ReadonlySet<string> = new Set(['request', 'envelope', 'signed-data', 'unknown'])

function tooLarge(length: number, limit: number, encoding: Inspection['encoding']): Inspection {
  return {
    kind: 'unknown',
    title: 'More than any message of SCEP',
    encoding,
    summary: [],
    tree: [],
    looksLike: [],
    findings: [
      {
        clause: 'S-4.1-17',
        level: 'broken',
        where: 'input',
        sentence: `It has ${length} octets, and no server takes more than ${limit}.`,
      },
    ],
    verdicts: [],
  }
}
