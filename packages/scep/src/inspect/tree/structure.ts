import { CONTENT_TYPE, contextTag, type Element, TAG, value } from '@chancery/pki'
import type { InspectionNode } from '../inspection.ts'
import { type Examined, node, type Scene } from '../node.ts'
import { oidLabel } from '../oid-name.ts'
import { shapeOf } from '../shape.ts'
import { attempt, part, tooMany } from './attempt.ts'
import { certificateNode } from './certificate.ts'
import { certificationRequestNode } from './certification-request.ts'
import { crlNode } from './crl.ts'
import { envelopedDataNode } from './enveloped-data.ts'
import { nameNode, serialNode } from './identifier.ts'
import { rawNodes } from './raw.ts'
import { signedDataNode } from './signed-data.ts'

/** Any structure of SCEP by its shape, and ASN.1 as it stands where it has none of theirs. */
export function structureNode(scene: Scene, e: Element, examined: Examined): InspectionNode {
  switch (shapeOf(e)) {
    case 'ContentInfo':
      return contentInfoNode(scene, e, examined)
    case 'SignedData':
      return bareNode(scene, e, signedDataNode(scene, 'SignedData', e, examined))
    case 'EnvelopedData':
      return bareNode(scene, e, envelopedDataNode(scene, 'EnvelopedData', e, examined))
    case 'CertificationRequest':
      return certificationRequestNode(scene, 'CertificationRequest', e)
    case 'Certificate':
      return certificateNode(scene, 'Certificate', e)
    case 'CertificateList':
      return crlNode(scene, 'CertificateList', e)
    case 'IssuerAndSerialNumber':
      return node(scene, 'IssuerAndSerialNumber', e, {
        children: [nameNode(scene, 'issuer', e.children[0]), serialNode(scene, e.children[1])],
      })
    case 'IssuerAndSubject':
      return node(scene, 'IssuerAndSubject', e, {
        children: [nameNode(scene, 'issuer', e.children[0]), nameNode(scene, 'subject', e.children[1])],
      })
    case 'PrivateKey':
      return node(scene, 'private key', e, { note: 'of a private key nothing is shown' })
    case undefined:
      return node(scene, 'ASN.1', e, { note: 'no structure of SCEP', children: rawNodes(scene, e.bytes) })
  }
}

function bareNode(scene: Scene, e: Element, { label, children }: InspectionNode): InspectionNode {
  return node(scene, label, e, { note: 'bare, without a ContentInfo around it', children })
}

/** ContentInfo (RFC 5652 §3) of any type. */
function contentInfoNode(scene: Scene, e: Element, examined: Examined): InspectionNode {
  return attempt(scene, 'ContentInfo', e, () => {
    const [type, wrapped, ...rest] = e.children
    const oid = value.oidValue(type, 'contentType')
    const content = wrapped?.tag === contextTag(0, true) ? wrapped.children[0] : wrapped
    return node(scene, 'ContentInfo', e, {
      value: oidLabel(oid),
      note: e.indefinite ? 'BER: indefinite length' : undefined,
      children: [
        part(scene, 'content', content, (found) => contentNode(scene, oid, found, examined)),
        ...tooMany(scene, rest),
      ],
    })
  })
}

function contentNode(scene: Scene, type: string, e: Element, examined: Examined): InspectionNode {
  const isSequence = e.tag === TAG.sequence
  if (isSequence && type === CONTENT_TYPE.signedData) return signedDataNode(scene, 'SignedData', e, examined)
  if (isSequence && type === CONTENT_TYPE.envelopedData) return envelopedDataNode(scene, 'EnvelopedData', e, examined)
  if (isSequence && type === CONTENT_TYPE.authEnvelopedData) {
    return envelopedDataNode(scene, 'AuthEnvelopedData', e, examined)
  }
  return node(scene, 'content', e, { children: rawNodes(scene, e.bytes) })
}
