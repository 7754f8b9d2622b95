import { contextTag, type Element, value } from '@chancery/pki'
import { count } from '../count.ts'
import { shortHex } from '../hex.ts'
import type { InspectionNode } from '../inspection.ts'
import { type Examined, joined, node, type Scene } from '../node.ts'
import { oidLabel } from '../oid-name.ts'
import type { OpenedEnvelope, Opening } from '../opening.ts'
import { algorithmNode } from './algorithm.ts'
import { part, tooMany } from './attempt.ts'
import { nestedNode } from './nested.ts'
import { rawNodes } from './raw.ts'
import { recipientNode, versionNode } from './recipient.ts'

/** EnvelopedData (RFC 5652 §6.1), and its content where it was opened. */
export function envelopedDataNode(scene: Scene, label: string, e: Element, { opening }: Examined): InspectionNode {
  const [version, ...rest] = e.children
  const originator = rest[0]?.tag === contextTag(0, true) ? rest.shift() : undefined
  const [recipients, encrypted, ...behind] = rest
  // authAttrs of an AuthEnvelopedData bear the tag of unprotectedAttrs, and its mac stands behind them (RFC 5083 §2.1).
  const attributes = behind[0]?.tag === contextTag(1, true) ? behind.shift() : undefined
  const isAuthenticated = label === 'AuthEnvelopedData'
  const mac = isAuthenticated ? behind.shift() : undefined
  const unauthenticated = isAuthenticated && behind[0]?.tag === contextTag(2, true) ? behind.shift() : undefined
  return node(scene, label, e, {
    children: [
      versionNode(scene, version),
      ...ignored(scene, 'originatorInfo', originator),
      part(scene, 'recipientInfos', recipients, (set) =>
        node(scene, 'recipientInfos', set, {
          value: count(set.children.length, 'recipient'),
          children: set.children.map((each) => recipientNode(scene, each)),
        }),
      ),
      part(scene, 'encryptedContentInfo', encrypted, (found) => encryptedNode(scene, found, opening)),
      ...ignored(scene, isAuthenticated ? 'authAttrs' : 'unprotectedAttrs', attributes),
      ...(isAuthenticated ? [part(scene, 'mac', mac, (found) => macNode(scene, found))] : []),
      ...ignored(scene, 'unauthAttrs', unauthenticated),
      ...tooMany(scene, behind),
    ],
  })
}

function macNode(scene: Scene, e: Element): InspectionNode {
  return node(scene, 'mac', e, { value: shortHex(value.octets(e, 'mac')) })
}

function encryptedNode(scene: Scene, e: Element, opening: Opening | undefined): InspectionNode {
  const [type, algorithm, content, ...rest] = e.children
  return node(scene, 'encryptedContentInfo', e, {
    value: oidLabel(value.oidValue(type, 'contentType')),
    children: [
      algorithmNode(scene, 'contentEncryptionAlgorithm', algorithm),
      part(scene, 'encryptedContent', content, (found) => {
        const octets = value.octets(found, 'encryptedContent', 0x80)
        const segments = found.constructed ? `BER: in ${count(found.children.length, 'segment')}` : undefined
        const sealed = opening?.status === 'opened' ? undefined : opening?.sentence
        return node(scene, 'encryptedContent', found, {
          value: count(octets.length, 'octet'),
          note: joined(segments, sealed),
        })
      }),
      ...tooMany(scene, rest),
      ...(opening?.status === 'opened' ? [openedNode(scene, opening)] : []),
    ],
  })
}

function openedNode(scene: Scene, { content, sentence }: OpenedEnvelope): InspectionNode {
  const nested = nestedNode(scene, 'decrypted content', content, (there, e) => there.structure(there, e, {}), true)
  return { ...nested, value: count(content.length, 'octet'), note: joined(sentence, nested.note) ?? sentence }
}

function ignored(scene: Scene, label: string, e: Element | undefined): InspectionNode[] {
  if (e === undefined) return []
  return [node(scene, label, e, { note: 'without effect', children: rawNodes(scene, e.bytes) })]
}
