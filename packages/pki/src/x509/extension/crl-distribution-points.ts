import { explicit, implicit, sequence } from '../../der/write.ts'
import { buildExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'
import { encodeGeneralName } from '../general-name/encode.ts'

/** One distribution point for each URL, each with the whole list of revoked certificates (RFC 5280 §4.2.1.13). */
export function buildCrlDistributionPoints(urls: readonly string[]): Buffer {
  const points = urls.map((url) => {
    const fullName = implicit(0, sequence(encodeGeneralName({ type: 'uri', value: url })))
    return sequence(explicit(0, fullName))
  })
  return buildExtension(EXTENSION_OID.cRLDistributionPoints, false, sequence(...points))
}
