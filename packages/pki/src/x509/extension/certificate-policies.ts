import { oid, sequence } from '../../der/write.ts'
import { buildExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'

/** Policies by their identifiers alone: RFC 5280 §4.2.1.4 recommends no qualifiers. */
export function buildCertificatePolicies(oids: readonly string[]): Buffer {
  return buildExtension(
    EXTENSION_OID.certificatePolicies,
    false,
    sequence(...oids.map((policy) => sequence(oid(policy)))),
  )
}
