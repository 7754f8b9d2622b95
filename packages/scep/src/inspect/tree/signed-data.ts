import { contextTag, type Element, TAG, value } from '@chancery/pki'
import { count } from '../count.ts'
import { shortHex } from '../hex.ts'
import type { InspectionNode } from '../inspection.ts'
import { type Examined, joined, node, readable, type Scene } from '../node.ts'
import { oidLabel } from '../oid-name.ts'
import { algorithmNode } from './algorithm.ts'
import { attempt, part, tooMany } from './attempt.ts'
import { certificateNode } from './certificate.ts'
import { crlNode } from './crl.ts'
import { identifierNode } from './identifier.ts'
import { nestedNode } from './nested.ts'
import { versionNode } from './recipient.ts'
import { signedAttributeNode } from './signed-attribute.ts'

/** SignedData (RFC 5652 §5.1), part by part, also where a reader would refuse the whole. */
export function signedDataNode(scene: Scene, label: string, e: Element, examined: Examined): InspectionNode {
  const [version, digests, encapsulated, ...rest] = e.children
  const certificates = rest[0]?.tag === contextTag(0, true) ? rest.shift() : undefined
  const crls = rest[0]?.tag === contextTag(1, true) ? rest.shift() : undefined
  const signers = rest.shift()
  return node(scene, label, e, {
    children: [
      versionNode(scene, version),
      part(scene, 'digestAlgorithms', digests, (set) =>
        node(scene, 'digestAlgorithms', set, {
          value: set.children.length === 0 ? '(none)' : undefined,
          children: set.children.map((each) => algorithmNode(scene, 'digestAlgorithm', each)),
        }),
      ),
      part(scene, 'encapContentInfo', encapsulated, (found) => encapsulatedNode(scene, found, examined)),
      ...(certificates === undefined ? [] : [certificatesNode(scene, certificates)]),
      ...(crls === undefined ? [] : [crlsNode(scene, crls)]),
      part(scene, 'signerInfos', signers, (set) =>
        node(scene, 'signerInfos', set, {
          value: set.children.length === 0 ? '(none: nobody signed this)' : undefined,
          children: set.children.map((each) => signerInfoNode(scene, each, examined)),
        }),
      ),
      ...tooMany(scene, rest),
    ],
  })
}

function encapsulatedNode(scene: Scene, e: Element, examined: Examined): InspectionNode {
  const [type, wrapped, ...rest] = e.children
  const oid = value.oidValue(type, 'eContentType')
  const content = wrapped?.children[0]
  return node(scene, 'encapContentInfo', e, {
    value: oidLabel(oid),
    note: wrapped === undefined ? 'no eContent' : undefined,
    children: [
      ...(content === undefined
        ? []
        : [attempt(scene, 'eContent', content, () => contentNode(scene, content, examined))]),
      ...tooMany(scene, rest),
    ],
  })
}

function contentNode(scene: Scene, content: Element, { opening }: Examined): InspectionNode {
  if ((content.tag & 0x1f) !== TAG.octetString) {
    return node(scene, 'eContent', content, {
      note: 'not in an OCTET STRING, as PKCS #7 had it',
      children: [scene.structure(scene, content, { opening })],
    })
  }
  const octets = value.octets(content, 'eContent')
  const segments = content.constructed ? `BER: in ${count(content.children.length, 'segment')}` : undefined
  if (octets.length < 2)
    return node(scene, 'eContent', content, { value: shortHex(octets) || '(empty)', note: segments })
  const nested = nestedNode(scene, 'eContent', octets, (there, e) => there.structure(there, e, { opening }))
  return {
    ...nested,
    ...node(scene, 'eContent', content, { note: joined(segments, nested.note), children: nested.children }),
  }
}

function certificatesNode(scene: Scene, e: Element): InspectionNode {
  const children = e.children.map((one, index) =>
    one.tag === TAG.sequence
      ? certificateNode(scene, `certificate ${index + 1}`, one)
      : node(scene, `certificate ${index + 1}`, one, { note: 'of another kind than X.509: passed over' }),
  )
  return node(scene, 'certificates', e, { value: count(children.length, 'certificate'), children })
}

function crlsNode(scene: Scene, e: Element): InspectionNode {
  const children = e.children.map((one, index) => crlNode(scene, `CRL ${index + 1}`, one))
  return node(scene, 'crls', e, { value: count(children.length, 'CRL'), children })
}

/** SignerInfo (RFC 5652 §5.3). */
function signerInfoNode(scene: Scene, e: Element, { signature: verdict }: Examined): InspectionNode {
  return attempt(scene, 'SignerInfo', e, () => {
    const [version, sid, digest, ...rest] = e.children
    const attributes = rest[0]?.tag === contextTag(0, true) ? rest.shift() : undefined
    const [algorithm, signature, ...behind] = rest
    const unsigned = behind[0]?.tag === contextTag(1, true) ? behind.shift() : undefined
    const octets = signature && readable(() => value.octets(signature, 'signature'))
    return node(scene, 'SignerInfo', e, {
      children: [
        versionNode(scene, version),
        identifierNode(scene, 'sid', sid),
        algorithmNode(scene, 'digestAlgorithm', digest),
        attributesNode(scene, 'signedAttrs', attributes),
        algorithmNode(scene, 'signatureAlgorithm', algorithm),
        node(scene, 'signature', signature, {
          value: octets === undefined ? undefined : count(octets.length, 'octet'),
          note: octets === undefined ? 'is missing, or no octets' : verdict,
        }),
        ...(unsigned === undefined ? [] : [attributesNode(scene, 'unsignedAttrs', unsigned)]),
        ...tooMany(scene, behind),
      ],
    })
  })
}

function attributesNode(scene: Scene, label: string, e: Element | undefined): InspectionNode {
  return part(scene, label, e, (set) => {
    const children = set.children.map((one) => signedAttributeNode(scene, one))
    return node(scene, label, set, { value: count(children.length, 'attribute'), children })
  })
}
