import type { CompatibilitySwitches } from './switch.ts'

interface CompatibilityRow {
  readonly title: string
  readonly description: string
  /** Switches that differ from their default. */
  readonly switches: Partial<CompatibilitySwitches>
}

/** Named sets of switches: what an administrator chooses from before he turns single ones. */
export const COMPATIBILITY = {
  default: {
    title: 'Default',
    description: 'AES and 3DES, SHA-1 to SHA-512: every client of the last ten years.',
    switches: {},
  },
  strict: {
    title: 'Strict',
    description: 'AES and SHA-2 only.',
    switches: { tripleDes: false, sha1: false },
  },
  legacy: {
    title: 'Legacy',
    description: 'Single DES and requests without a senderNonce too. For clients that cannot be replaced.',
    switches: { singleDes: true, missingSenderNonce: 'tolerate' },
  },
  certmonger: {
    title: 'certmonger',
    description: 'FAILURE and PENDING carry empty content, without which certmonger takes a refusal for an outage.',
    switches: { emptyContent: 'empty' },
  },
} as const satisfies Record<string, CompatibilityRow>

export type CompatibilityName = keyof typeof COMPATIBILITY
