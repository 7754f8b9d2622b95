import type { CompatibilitySwitches } from './switch.ts'

interface CompatibilityRow {
  readonly title: string
  readonly description: string
  /** Switches that differ from their default. */
  readonly switches: Partial<CompatibilitySwitches>
}

/** Said again where it is the default, so that a stricter default of later releases leaves these clients alone. */
const LAST_DECADE = { tripleDes: true, sha1: true } as const

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
  apple: {
    title: 'Apple',
    description: 'iOS, iPadOS, macOS: GetCACert without the root.',
    switches: { ...LAST_DECADE, caCertificates: 'intermediates' },
  },
  'windows-intune': {
    title: 'Windows and Intune',
    description: 'RSA-OAEP, and no look at the clock.',
    switches: { ...LAST_DECADE, oaep: true, timeWindowSeconds: null },
  },
  'cisco-ios': {
    title: 'Cisco IOS',
    description: 'GET, 3DES and SHA-1, and the CA certificate beside the issued one.',
    switches: { ...LAST_DECADE, getPkiOperation: true, certRepCertificates: 'ca', timeWindowSeconds: null },
  },
  mikrotik: {
    title: 'MikroTik RouterOS',
    description: 'GET, 3DES and SHA-1, and no look at the clock.',
    switches: { ...LAST_DECADE, getPkiOperation: true, timeWindowSeconds: null },
  },
  juniper: {
    title: 'Juniper',
    description: 'The issued certificate alone.',
    switches: { ...LAST_DECADE, certRepCertificates: 'alone' },
  },
  chromeos: {
    title: 'ChromeOS',
    description: 'FAILURE and PENDING carry empty content, for the connector that asks on behalf of the devices.',
    switches: { ...LAST_DECADE, emptyContent: 'empty' },
  },
  certmonger: {
    title: 'certmonger',
    description: 'FAILURE and PENDING carry empty content, without which certmonger takes a refusal for an outage.',
    switches: { getPkiOperation: true, emptyContent: 'empty' },
  },
  legacy: {
    title: 'Legacy',
    description:
      'Single DES, requests without a senderNonce and GetCACertChain too. For clients that cannot be replaced.',
    switches: {
      ...LAST_DECADE,
      singleDes: true,
      getPkiOperation: true,
      getCaCertChain: true,
      missingSenderNonce: 'tolerate',
    },
  },
} as const satisfies Record<string, CompatibilityRow>

export type CompatibilityName = keyof typeof COMPATIBILITY
