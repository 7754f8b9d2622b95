import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { type Certificate, decodePem, parseCertificate } from '@chancery/pki'
import type { IntuneRule } from '@chancery/ra'

/** What is wrong with the key and certificate as which we sign in at Entra. */
export function credentialFaults({ credential, certificate: pem }: IntuneRule, key: string, now: Date): string[] {
  if (credential === 'secret') {
    if (pem !== null) return ['intune.certificate is used only where intune.credential is certificate, not secret.']
    return secretFaults(key)
  }
  if (pem === null) return ['intune.certificate is missing: credential certificate needs the one registered in Entra.']
  const certificate = readCertificate(pem)
  if (certificate === undefined) return ['intune.certificate must be one certificate in PEM.']
  const faults: string[] = []
  if (certificate.publicKey.type !== 'rsa') {
    faults.push('intune.certificate has no RSA key: Entra takes assertions by RSA only.')
  }
  if (certificate.notAfter <= now) {
    faults.push(
      `intune.certificate has ended on ${certificate.notAfter.toISOString()}: register another one in Entra, and give it here with its key.`,
    )
  }
  const privateKey = readKey(key)
  if (privateKey === undefined) {
    faults.push('intuneApplicationKey must be a private key in PEM without a password: credential is certificate.')
  } else if (!new X509Certificate(certificate.der).checkPrivateKey(privateKey)) {
    faults.push('intuneApplicationKey is not the key of intune.certificate: give the two that belong together.')
  }
  return faults
}

/** When we can sign in no longer; undefined: nobody said. */
export function credentialEnd({ credential, certificate, secretExpiresAt }: IntuneRule): Date | undefined {
  if (credential === 'certificate') {
    return certificate === null ? undefined : readCertificate(certificate)?.notAfter
  }
  return secretExpiresAt === null ? undefined : new Date(secretExpiresAt)
}

function secretFaults(key: string): string[] {
  if (/^[\x21-\x7e]+$/.test(key)) return []
  return [
    'intuneApplicationKey must be the value of the client secret, printable ASCII without blanks and line breaks.',
  ]
}

function readCertificate(pem: string): Certificate | undefined {
  try {
    const [der, ...others] = decodePem(pem, 'CERTIFICATE')
    return der === undefined || others.length > 0 ? undefined : parseCertificate(der)
  } catch {
    return undefined
  }
}

function readKey(pem: string): KeyObject | undefined {
  try {
    return createPrivateKey(pem)
  } catch {
    return undefined
  }
}
