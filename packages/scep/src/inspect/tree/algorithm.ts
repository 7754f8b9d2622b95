import {
  type AlgorithmIdentifier,
  type Element,
  hasNoParameters,
  parseAlgorithmIdentifier,
  parseHashParameters,
  TAG,
  value,
} from '@chancery/pki'
import { shortHex } from '../hex.ts'
import type { InspectionNode } from '../inspection.ts'
import { node, readable, type Scene } from '../node.ts'
import { oidLabel } from '../oid-name.ts'
import { part } from './attempt.ts'
import { rawNodes } from './raw.ts'

/** AlgorithmIdentifier in one line: name, number, and what its parameters say. */
export function algorithmNode(scene: Scene, label: string, e: Element | undefined): InspectionNode {
  return part(scene, label, e, (found) => {
    const id = parseAlgorithmIdentifier(found, label)
    const said = parameters(id)
    const children = said === undefined && id.parameters !== undefined ? rawNodes(scene, id.parameters.bytes) : []
    return node(scene, label, found, { value: oidLabel(id.oid), note: said, children })
  })
}

const HASHED: ReadonlySet<string> = new Set(['1.2.840.113549.1.1.7', '1.2.840.113549.1.1.10'])
const PBKDF2 = '1.2.840.113549.1.5.12'
const PWRI_KEK = '1.2.840.113549.1.9.16.3.9'

function parameters(id: AlgorithmIdentifier): string | undefined {
  const { oid, parameters } = id
  if (parameters === undefined) return 'no parameters'
  if (hasNoParameters(id)) return 'parameters NULL'
  if (HASHED.has(oid)) return readable(() => hashes(parameters))
  if (oid === PBKDF2) return readable(() => derivation(parameters))
  if (oid === PWRI_KEK) return readable(() => `with ${oidLabel(parseAlgorithmIdentifier(parameters, 'cipher').oid)}`)
  if (parameters.tag === TAG.octetString) return `IV ${shortHex(parameters.content)}`
  if (parameters.tag === TAG.oid) return readable(() => oidLabel(value.oidValue(parameters, 'parameters')))
  return undefined
}

function hashes(parameters: Element): string | undefined {
  const found = parseHashParameters(parameters, 'parameters')
  if (found === undefined) return undefined
  const salt = found.third?.tag === TAG.integer ? `, salt of ${value.smallInteger(found.third, 'salt')} octets` : ''
  return `${found.hash}, MGF1 with ${found.mgfHash}${salt}`
}

function derivation({ children: [salt, iterations, ...rest] }: Element): string {
  const last = rest.at(-1)
  const prf =
    last?.tag === TAG.sequence ? oidLabel(parseAlgorithmIdentifier(last, 'PRF').oid) : 'hmacWithSHA1 by default'
  const octets = value.octets(salt, 'salt').length
  return `${value.smallInteger(iterations, 'iterations')} rounds, salt of ${octets} octets, ${prf}`
}
