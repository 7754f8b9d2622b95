import { type Certificate, type Element, isSelfSigned, nameToText, parseCertificate, sameName } from '@chancery/pki'
import type { InspectionNode } from '../inspection.ts'
import { joined, node, type Scene } from '../node.ts'
import { algorithmNode } from './algorithm.ts'
import { attempt } from './attempt.ts'
import { extensionsNode } from './extension.ts'
import { nameNode, serialNode } from './identifier.ts'
import { fingerprint, keyNode, keyText } from './key.ts'

export function certificateNode(scene: Scene, label: string, e: Element): InspectionNode {
  return attempt(scene, label, e, () => {
    const certificate = parseCertificate(e)
    const fields = [...(e.children[0]?.children ?? [])]
    if (fields[0]?.tag === EXPLICIT_0) fields.shift()
    const [serial, , issuer, validity, subject, key] = fields
    const extensions = fields.find(({ tag }) => tag === EXPLICIT_3)?.children[0]
    return node(scene, label, e, {
      value: nameToText(certificate.subject) || '(empty subject)',
      note: joined(`${keyText(certificate.publicKey)}`, selfSigned(certificate), outside(certificate, scene.now)),
      children: [
        node(scene, 'version', undefined, { value: String(certificate.version) }),
        serialNode(scene, serial),
        nameNode(scene, 'issuer', issuer),
        node(scene, 'validity', validity, {
          value: `${certificate.notBefore.toISOString()} to ${certificate.notAfter.toISOString()}`,
          note: outside(certificate, scene.now),
        }),
        nameNode(scene, 'subject', subject),
        keyNode(scene, key),
        ...(extensions === undefined ? [] : [extensionsNode(scene, 'extensions', extensions)]),
        algorithmNode(scene, 'signatureAlgorithm', e.children[1]),
        node(scene, 'SHA-256', undefined, { value: fingerprint(certificate.der) }),
        node(scene, 'SHA-1', undefined, { value: fingerprint(certificate.der, 'sha1') }),
      ],
    })
  })
}

export function selfSigned(certificate: Certificate): string {
  if (isSelfSigned(certificate)) return 'self-signed'
  if (sameName(certificate.issuer, certificate.subject))
    return 'says that it is self-signed, and its signature is wrong'
  return `issuer ${nameToText(certificate.issuer) || '(empty name)'}`
}

function outside({ notBefore, notAfter }: Certificate, now: Date): string | undefined {
  if (now < notBefore) return 'not valid yet'
  return now > notAfter ? 'expired' : undefined
}

const EXPLICIT_0 = 0xa0
const EXPLICIT_3 = 0xa3
