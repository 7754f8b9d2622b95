import { basicConstraints, type Certificate, sameName, verifyCertificate } from '@chancery/pki'
import { ScepError, verifyCaCertificates } from '@chancery/scep'
import type { MetServer } from './meet-server.ts'

/** Whether a certificate of GetCACert is a CA's; roots made long ago have no basicConstraints. */
export function isAuthority(certificate: Certificate): boolean {
  return basicConstraints(certificate)?.ca ?? sameName(certificate.issuer, certificate.subject)
}

/** CA certificates that may have issued what the server sends, the next CA's among them. */
export function issuersOf({ certificates, anchor, next }: MetServer): Certificate[] {
  return distinct([...certificates, anchor, ...next]).filter(isAuthority)
}

/**
 * The CA certificates to keep beside the one issued: those of GetCACert, and intermediates that came with the reply where
 * they belong to the authenticated CA. The file may serve as a list of trusted roots, so nothing unproven gets into it, and
 * the next CA not before it has issued something.
 */
export function authoritiesOf(
  issued: Certificate,
  server: MetServer,
  chain: readonly Certificate[],
  now: Date,
): Certificate[] {
  const shown = issuersOf({ ...server, next: [] })
  const next = server.next.filter(({ publicKey }) => verifyCertificate(issued, publicKey))
  return distinct([...shown, ...next, ...(proven(chain, server, now) ? chain : [])]).filter(isAuthority)
}

export function distinct(all: readonly Certificate[]): Certificate[] {
  return all.filter((one, index) => all.findIndex(({ der }) => der.equals(one.der)) === index)
}

function proven(chain: readonly Certificate[], { certificates, anchor }: MetServer, now: Date): boolean {
  try {
    verifyCaCertificates([...certificates, ...chain], anchor, now)
    return true
  } catch (error) {
    if (error instanceof ScepError) return false
    throw error
  }
}
