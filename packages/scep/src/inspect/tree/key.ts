import { createHash } from 'node:crypto'
import { type Element, type PublicKeyInfo, parsePublicKeyInfo } from '@chancery/pki'
import type { InspectionNode } from '../inspection.ts'
import { node, type Scene } from '../node.ts'
import { oidLabel } from '../oid-name.ts'
import { part } from './attempt.ts'

export function keyNode(scene: Scene, e: Element | undefined): InspectionNode {
  return part(scene, 'subjectPublicKeyInfo', e, (found) => {
    const key = parsePublicKeyInfo(found)
    return node(scene, 'subjectPublicKeyInfo', found, {
      value: keyText(key),
      children: [node(scene, 'SHA-256', undefined, { value: key.digest().toString('hex') })],
    })
  })
}

/** `RSA-2048`, `EC P-256`, `Ed25519`, or the algorithm that we do not use. */
export function keyText(key: PublicKeyInfo): string {
  if (key.type === 'rsa') {
    const exponent =
      key.publicExponent === 65537n || key.publicExponent === undefined ? '' : `, exponent ${key.publicExponent}`
    return key.modulusBits === undefined ? 'RSA, but not a key of it' : `RSA-${key.modulusBits}${exponent}`
  }
  if (key.type === 'ec') return `EC ${key.curve}`
  if (key.type === 'ed25519') return 'Ed25519'
  return oidLabel(key.algorithm.oid)
}

/** Whether the one who signed asks for his own key. */
export function whoseKey(key: PublicKeyInfo, signer: PublicKeyInfo): string {
  return key.digest().equals(signer.digest()) ? 'the key of the signer' : "another key than the signer's"
}

/** As `openssl … -fingerprint` prints it. */
export function fingerprint(der: Buffer, digest: 'sha1' | 'sha256' = 'sha256'): string {
  const hex = createHash(digest).update(der).digest('hex').toUpperCase()
  return (hex.match(/../g) ?? []).join(':')
}
