import type { CompatibilityChoice } from '@chancery/ra'
import { CompatibilityError, type CompatibilitySwitches, resolveSwitches } from '@chancery/scep'

/** What is unwise about switches, in sentences, for whoever sets them. */
export function compatibilityWarnings({ profile, overrides }: CompatibilityChoice): string[] {
  let switches: CompatibilitySwitches
  try {
    switches = resolveSwitches(profile, overrides)
  } catch (error) {
    if (error instanceof CompatibilityError) return error.faults.map((fault) => `SCEP is not served: ${fault}.`)
    throw error
  }
  return WARNINGS.flatMap(({ when, sentence }) => (when(switches) ? [sentence] : []))
}

const WARNINGS: readonly { readonly when: (switches: CompatibilitySwitches) => boolean; readonly sentence: string }[] =
  [
    {
      when: ({ singleDes }) => singleDes,
      sentence: 'Requests under single DES are accepted: whoever records one can read its challenge within hours.',
    },
    {
      when: ({ signerKeyRule }) => signerKeyRule === 'any-key',
      sentence:
        'A self-signed signer may have another key than its request: whoever records a request can have it answered to himself.',
    },
    {
      when: ({ caCertificates }) => caCertificates === 'single',
      sentence:
        'GetCACert delivers one certificate: unless that is the CA itself, devices must know the CA from elsewhere.',
    },
  ]
