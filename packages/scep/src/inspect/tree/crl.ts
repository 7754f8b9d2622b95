import { type Element, nameToText, parseCrl, serialToHex } from '@chancery/pki'
import { count } from '../count.ts'
import type { InspectionNode } from '../inspection.ts'
import { joined, node, type Scene } from '../node.ts'
import { algorithmNode } from './algorithm.ts'
import { attempt } from './attempt.ts'
import { extensionsNode } from './extension.ts'
import { fingerprint } from './key.ts'

const MOST_ENTRIES = 50

/** CertificateList (RFC 5280 §5.1); of a long one the first entries. */
export function crlNode(scene: Scene, label: string, e: Element): InspectionNode {
  return attempt(scene, label, e, () => {
    const crl = parseCrl(e)
    const shown = crl.revoked
      .slice(0, MOST_ENTRIES)
      .map((entry) =>
        node(scene, serialToHex(entry.serialNumber), undefined, { value: `revoked ${entry.at.toISOString()}` }),
      )
    const left = crl.revoked.length - shown.length
    const more = left > 0 ? [node(scene, '…', undefined, { value: `${left} more` })] : []
    const extensions = e.children[0]?.children.find(({ tag }) => tag === EXPLICIT_0)?.children[0]
    const stale = crl.nextUpdate !== undefined && crl.nextUpdate < scene.now ? 'out of date' : undefined
    return node(scene, label, e, {
      value: nameToText(crl.issuer),
      note: joined(count(crl.revoked.length, 'entry').replace('entrys', 'entries'), stale),
      children: [
        node(scene, 'thisUpdate', undefined, { value: crl.thisUpdate.toISOString() }),
        node(scene, 'nextUpdate', undefined, { value: crl.nextUpdate?.toISOString() ?? '(none)', note: stale }),
        node(scene, 'revokedCertificates', undefined, {
          value: String(crl.revoked.length),
          children: [...shown, ...more],
        }),
        ...(extensions === undefined ? [] : [extensionsNode(scene, 'crlExtensions', extensions)]),
        algorithmNode(scene, 'signatureAlgorithm', e.children[1]),
        node(scene, 'SHA-256', undefined, { value: fingerprint(crl.der) }),
      ],
    })
  })
}

const EXPLICIT_0 = 0xa0
