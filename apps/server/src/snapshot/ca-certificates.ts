import { certsOnly } from '@chancery/pki'
import type { IssuerRecord } from '@chancery/ra'
import type { ServedEndpoint } from '../context.ts'

/**
 * Body of GetCACert (RFC 8894 §4.2.1). The RA certificate first (S-4.2.1.2-03), then the CAs up to the top, to which all
 * of them chain: Apple finds no RA otherwise. A CA that opens messages itself is one bare certificate; in a set Apple
 * would look for an RA beside it.
 */
export function caCertificates(raCertificate: Buffer, issuer: IssuerRecord): ServedEndpoint['caCertificates'] {
  if (raCertificate.equals(issuer.certificate)) return { type: 'application/x-x509-ca-cert', body: issuer.certificate }
  return {
    type: 'application/x-x509-ca-ra-cert',
    body: certsOnly([raCertificate, issuer.certificate, ...issuer.chain]),
  }
}
