import { createPrivateKey, createPublicKey, hash, type KeyObject } from 'node:crypto'
import { decodePem, parseCertificate, publicKeyInfoOf } from '@chancery/pki'
import type { IntuneRule } from '@chancery/ra'
import type { Secret } from '@chancery/scep'
import { IntuneError } from './intune-error.ts'

/** How an application proves to Entra ID which one it is. */
export type Credential =
  | { readonly kind: 'secret'; readonly secret: Secret; readonly fingerprint: string }
  | {
      readonly kind: 'certificate'
      readonly key: KeyObject
      /** DER. */
      readonly certificate: Buffer
      readonly algorithm: IntuneRule['assertionAlgorithm']
      readonly fingerprint: string
    }

type CredentialRule = Pick<IntuneRule, 'credential' | 'certificate' | 'assertionAlgorithm'>

/** @throws {IntuneError} there is none, or none that can be used */
export function readCredential(rule: CredentialRule, key: Secret | undefined): Credential {
  if (key === undefined || key.reveal().trim() === '') {
    throw unusable('The profile has no credential for Intune, or it cannot be decrypted: enter it again.')
  }
  if (rule.credential === 'certificate') return certificateCredential(rule, key)
  return { kind: 'secret', secret: key, fingerprint: hash('sha256', `secret\n${key.reveal()}`) }
}

function certificateCredential({ certificate: pem, assertionAlgorithm: algorithm }: CredentialRule, secret: Secret) {
  const key = privateKey(secret)
  if (key.asymmetricKeyType !== 'rsa') throw unusable('The key of the Intune credential must be an RSA key.')
  const certificate = certificateOf(pem)
  const { publicKey } = parsed(certificate)
  if (!publicKey.digest().equals(publicKeyInfoOf(createPublicKey(key)).digest())) {
    throw unusable('The private key of the Intune credential is not the key of its certificate.')
  }
  const fingerprint = hash('sha256', `${algorithm}\n${hash('sha256', certificate)}`)
  return { kind: 'certificate', key, certificate, algorithm, fingerprint } as const
}

function privateKey(secret: Secret): KeyObject {
  try {
    return createPrivateKey(secret.reveal())
  } catch {
    // What OpenSSL says may quote the text.
    throw unusable('The private key of the Intune credential is no unencrypted private key in PEM.')
  }
}

function certificateOf(pem: string | null): Buffer {
  try {
    const [der] = decodePem(pem ?? '', 'CERTIFICATE')
    if (der !== undefined) return der
  } catch {
    // Said below.
  }
  throw unusable('The certificate of the Intune credential is no certificate in PEM.')
}

function parsed(der: Buffer) {
  try {
    return parseCertificate(der)
  } catch (cause) {
    throw unusable('The certificate of the Intune credential cannot be read.', cause)
  }
}

function unusable(sentence: string, cause?: unknown): IntuneError {
  return new IntuneError('ERR_INTUNE_SETTINGS', sentence, cause === undefined ? {} : { cause })
}
