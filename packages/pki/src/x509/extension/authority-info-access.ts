import { oid, sequence } from '../../der/write.ts'
import { buildExtension } from '../extension.ts'
import { EXTENSION_OID } from '../extension-oid.ts'
import { encodeGeneralName } from '../general-name/encode.ts'

const OCSP = '1.3.6.1.5.5.7.48.1'
const CA_ISSUERS = '1.3.6.1.5.5.7.48.2'

/** Where the issuer's certificate and the OCSP responder are (RFC 5280 §4.2.2.1). */
export function buildAuthorityInfoAccess({ caIssuers, ocsp }: { caIssuers?: string; ocsp?: string }): Buffer {
  const methods = [
    ...(ocsp === undefined ? [] : [access(OCSP, ocsp)]),
    ...(caIssuers === undefined ? [] : [access(CA_ISSUERS, caIssuers)]),
  ]
  return buildExtension(EXTENSION_OID.authorityInfoAccess, false, sequence(...methods))
}

function access(method: string, url: string): Buffer {
  return sequence(oid(method), encodeGeneralName({ type: 'uri', value: url }))
}
