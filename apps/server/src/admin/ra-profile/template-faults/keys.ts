import { CaError, DEVICE_TEMPLATE, keyUsageFor } from '@chancery/ca'
import type { TemplateSettings } from '../template.ts'

/** What is wrong about the keys that are taken, and whether the key usage fits each kind of them. */
export function keyFaults({ keys, certificate }: TemplateSettings): string[] {
  const { rsa, curves, ed25519, rsaMinimumBits, rsaMaximumBits } = keys
  const kinds = [
    ...(rsa ? (['rsa'] as const) : []),
    ...(curves.length > 0 ? (['ec'] as const) : []),
    ...(ed25519 ? (['ed25519'] as const) : []),
  ]
  const usage = certificate.keyUsage === 'auto' ? DEVICE_TEMPLATE.keyUsage : certificate.keyUsage
  const unfit = kinds.filter((kind) => !isFit(kind, usage)).map((kind) => WORDS[kind])
  return [
    ...(kinds.length === 0 ? ['keys takes no kind of key: allow rsa, a curve or ed25519.'] : []),
    ...(rsa && rsaMinimumBits > rsaMaximumBits
      ? [`keys.rsaMinimumBits (${rsaMinimumBits}) is greater than keys.rsaMaximumBits (${rsaMaximumBits}).`]
      : []),
    ...(unfit.length > 0 && usage.length > 0
      ? [
          `keyUsage has no use that fits ${unfit.join(' and ')} keys: add digitalSignature, or allow no such keys in keys.`,
        ]
      : []),
  ]
}

const WORDS = { rsa: 'RSA', ec: 'EC', ed25519: 'Ed25519' } as const

function isFit(kind: keyof typeof WORDS, usage: Parameters<typeof keyUsageFor>[1]): boolean {
  try {
    keyUsageFor(kind, usage)
    return true
  } catch (error) {
    if (error instanceof CaError) return false
    throw error
  }
}
