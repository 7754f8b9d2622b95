import {
  type Attribute,
  type Element,
  nameToText,
  type PublicKeyInfo,
  parseAttribute,
  parseCertificationRequest,
  value,
  verifyCertificationRequest,
} from '@chancery/pki'
import { count } from '../count.ts'
import { shortHex } from '../hex.ts'
import type { InspectionNode } from '../inspection.ts'
import { joined, node, readable, type Scene } from '../node.ts'
import { oidName } from '../oid-name.ts'
import { CHALLENGE_PASSWORD_OID, MASKED } from '../secret-view.ts'
import { algorithmNode } from './algorithm.ts'
import { attempt, part } from './attempt.ts'
import { extensionsNode } from './extension.ts'
import { nameNode } from './identifier.ts'
import { fingerprint, keyNode, keyText, whoseKey } from './key.ts'
import { rawNodes, tagName } from './raw.ts'

/** CertificationRequest (RFC 2986 §4.2). */
export function certificationRequestNode(scene: Scene, label: string, e: Element): InspectionNode {
  return attempt(scene, label, e, () => {
    const csr = parseCertificationRequest(e)
    const [info, algorithm, signature] = e.children
    const [, subject, key, attributes] = info?.children ?? []
    const right = verifyCertificationRequest(csr)
    return node(scene, label, e, {
      value: nameToText(csr.subject) || '(empty subject)',
      note: joined(
        keyText(csr.publicKey),
        owner(scene, csr.publicKey),
        right ? undefined : 'its own signature is wrong',
      ),
      children: [
        nameNode(scene, 'subject', subject),
        keyNode(scene, key),
        ...(attributes === undefined ? [] : [attributesNode(scene, attributes)]),
        algorithmNode(scene, 'signatureAlgorithm', algorithm),
        node(scene, 'signature', signature, {
          value: count(csr.signature.length, 'octet'),
          note: right ? 'right: made with the key of the request' : 'wrong, or made in a way that we do not know',
        }),
        node(scene, 'SHA-256', undefined, { value: fingerprint(csr.der) }),
      ],
    })
  })
}

/** Whose key it is, where somebody signed what it came in. */
function owner({ signerKey }: Scene, key: PublicKeyInfo): string | undefined {
  return signerKey && whoseKey(key, signerKey)
}

function attributesNode(scene: Scene, e: Element): InspectionNode {
  const children = e.children.map((one) => part(scene, 'attribute', one, () => attributeNode(scene, one)))
  return node(scene, 'attributes', e, { value: count(children.length, 'attribute'), children })
}

const EXTENSION_REQUESTS: ReadonlySet<string> = new Set([
  '1.2.840.113549.1.9.14',
  '2.16.840.1.113733.1.9.8',
  '1.3.6.1.4.1.311.2.1.14',
])

function attributeNode(scene: Scene, one: Element): InspectionNode {
  const attribute = parseAttribute(one)
  const label = oidName(attribute.oid) ?? attribute.oid
  if (attribute.oid === CHALLENGE_PASSWORD_OID) return challengeNode(scene, label, attribute)
  if (EXTENSION_REQUESTS.has(attribute.oid)) {
    const children = attribute.values.map((list) => extensionsNode(scene, 'extensions', list))
    return node(scene, label, one, { children })
  }
  const [first, second] = attribute.values
  const text = first === undefined || second !== undefined ? undefined : readable(() => value.stringValue(first))
  const children = text === undefined ? attribute.values.flatMap((each) => rawNodes(scene, each.bytes)) : []
  return node(scene, label, one, { value: text, children })
}

/** The secret that lets a device enrol: whoever reads over a shoulder, or a ticket, need not see it. */
function challengeNode(scene: Scene, label: string, { values, der }: Attribute): InspectionNode {
  const shown = values.map((each) => {
    const text = value.stringValue(each)
    if (text === '') return '(empty)'
    return scene.showSecrets ? (text ?? shortHex(each.content)) : MASKED
  })
  const kinds = values.map(({ tag }) => tagName(tag)).join(', ')
  return node(scene, label, der, { value: shown.join(', '), note: joined(kinds, hint(scene, shown)) })
}

function hint({ showSecrets }: Scene, shown: readonly string[]): string | undefined {
  return !showSecrets && shown.includes(MASKED) ? 'shown on demand only' : undefined
}
