import type { PublicKeyInfo } from '@chancery/pki'
import { ScepError } from '@chancery/scep'
import type { KeyRules } from '../profile.ts'
import type { Check } from './check.ts'
import { hasRocaFingerprint } from './roca.ts'

/** Key types, sizes and known bad keys (S-3.1-15, security S23). */
export const keyStrength: Check = ({ message, endpoint }) => {
  const { publicKey } = message.csr
  const weakness = weaknessOf(publicKey, endpoint.raProfile.keys)
  if (weakness !== undefined) throw new ScepError('key_refused', { detail: weakness })
  if (endpoint.ownKeyDigests.has(publicKey.digest().toString('hex'))) {
    throw new ScepError('key_refused', { detail: 'the key is one of the authority itself' })
  }
}

function weaknessOf(key: PublicKeyInfo, rules: KeyRules): string | undefined {
  switch (key.type) {
    case 'rsa':
      return rules.rsa ? weaknessOfRsa(key, rules) : 'RSA keys are switched off'
    case 'ec':
      return key.curve !== undefined && rules.curves.includes(key.curve)
        ? undefined
        : rules.curves.length === 0
          ? 'EC keys are switched off'
          : `curve ${key.curve ?? 'unknown'} is not one of ${rules.curves.join(', ')}`
    case 'ed25519':
      return rules.ed25519 ? undefined : 'Ed25519 keys are switched off'
    case 'unknown':
      return `key algorithm ${key.algorithm.oid} is not supported`
  }
}

/** The smallest exponent that leaves no small-message attacks open: 65537 (NIST SP 800-56B, CA/Browser Forum). */
const SMALLEST_EXPONENT = 65537n

function weaknessOfRsa(key: PublicKeyInfo, rules: KeyRules): string | undefined {
  const bits = key.modulusBits ?? 0
  if (bits < rules.rsaMinimumBits) return `RSA key of ${bits} bits, at least ${rules.rsaMinimumBits} wanted`
  if (bits > rules.rsaMaximumBits) return `RSA key of ${bits} bits, at most ${rules.rsaMaximumBits} allowed`
  const exponent = key.publicExponent ?? 0n
  if (exponent < SMALLEST_EXPONENT || exponent % 2n === 0n) return `RSA exponent ${exponent}`
  if (key.modulus !== undefined && hasRocaFingerprint(key.modulus))
    return 'RSA key made by a broken generator (ROCA, CVE-2017-15361)'
  return undefined
}
