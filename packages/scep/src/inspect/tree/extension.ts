import {
  authorityKeyIdentifier,
  basicConstraints,
  type Element,
  EXTENSION_OID,
  type Extension,
  extendedKeyUsage,
  generalNameToText,
  keyUsage,
  parseExtensions,
  readElement,
  subjectAltNames,
  subjectKeyIdentifier,
  value,
} from '@chancery/pki'
import { count } from '../count.ts'
import { shortHex } from '../hex.ts'
import type { InspectionNode } from '../inspection.ts'
import { node, readable, type Scene } from '../node.ts'
import { oidName } from '../oid-name.ts'
import { part } from './attempt.ts'
import { rawNodes } from './raw.ts'

/** Extensions of a certificate, a CRL or a request, each in one line where we know it. */
export function extensionsNode(scene: Scene, label: string, e: Element): InspectionNode {
  return part(scene, label, e, (list) => {
    const extensions = parseExtensions(list)
    const children = extensions.map((extension) => extensionNode(scene, extension))
    return node(scene, label, list, { value: count(extensions.length, 'extension'), children })
  })
}

function extensionNode(scene: Scene, extension: Extension): InspectionNode {
  const { oid, critical, der, value: octets } = extension
  const said = readable(() => MEANINGS[oid]?.({ extensions: [extension] }))
  return node(scene, oidName(oid) ?? oid, der, {
    value: said,
    note: critical ? 'critical' : undefined,
    children: said === undefined ? rawNodes(scene, octets) : [],
  })
}

type Meaning = (from: { readonly extensions: readonly Extension[] }) => string | undefined

const MEANINGS: Readonly<Record<string, Meaning>> = {
  [EXTENSION_OID.keyUsage]: (from) => keyUsage(from)?.join(', '),
  [EXTENSION_OID.extendedKeyUsage]: (from) =>
    extendedKeyUsage(from)
      ?.map((oid) => oidName(oid) ?? oid)
      .join(', '),
  [EXTENSION_OID.basicConstraints]: (from) => {
    const found = basicConstraints(from)
    if (found === undefined) return undefined
    return `${found.ca ? 'CA' : 'no CA'}${found.pathLength === undefined ? '' : `, path length ${found.pathLength}`}`
  },
  [EXTENSION_OID.subjectAltName]: (from) => subjectAltNames(from).map(generalNameToText).join(', '),
  [EXTENSION_OID.subjectKeyIdentifier]: (from) => {
    const found = subjectKeyIdentifier(from)
    return found && shortHex(found)
  },
  [EXTENSION_OID.authorityKeyIdentifier]: (from) => {
    const found = authorityKeyIdentifier(from)
    return found && shortHex(found)
  },
  [EXTENSION_OID.cRLNumber]: ({ extensions: [extension] }) =>
    extension && value.integerBytes(readElement(extension.value), 'number').toString('hex'),
  '1.3.6.1.4.1.311.20.2': ({ extensions: [extension] }) => extension && value.stringValue(readElement(extension.value)),
}
