import { stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CliFailure } from '../cli-failure.ts'
import { readCertificates } from './held-certificate.ts'
import { readFingerprint, type TrustDemand } from './trust.ts'

/** Beside a ca.pem: the CA that will follow, as `scep get-next-ca` wrote it. */
export const NEXT_CA = 'next-ca.pem'

/**
 * How whoever holds a certificate recognises its CA: by the file beside it, unless a fingerprint is given.
 * @throws {CliFailure} when there is neither
 */
export async function heldTrust(ca: string, fingerprint: string | undefined): Promise<TrustDemand> {
  if (fingerprint !== undefined) return { fingerprint: readFingerprint(fingerprint) }
  try {
    const certificates = await readCertificates(ca)
    const path = join(dirname(ca), NEXT_CA)
    const next = (await isThere(path)) ? await readCertificates(path) : []
    return { known: { path: ca, certificates, next } }
  } catch (error) {
    if (!(error instanceof CliFailure)) throw error
    throw new CliFailure('failed', `Nothing says how to recognise the CA: ${error.message}`, {
      nextStep: 'Put the CA certificate beside the certificate as ca.pem, or give --ca-fingerprint HEX.',
      cause: error,
    })
  }
}

const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
