import type { ClientName } from './client.ts'
import type { CompatibilityName } from './profile.ts'
import type { CompatibilitySwitches } from './switch.ts'

interface Advice {
  readonly profile: CompatibilityName
  /** To be turned beside it. */
  readonly switches?: Partial<CompatibilitySwitches>
}

/** Which named set suits a client. A test holds that it gives the client everything the switches say it needs. */
export const ADVICE: Readonly<Record<ClientName, Advice>> = {
  strongswan: { profile: 'default' },
  scepclient: { profile: 'legacy' },
  sscep: { profile: 'default', switches: { getCert: 'any' } },
  'go-pkcs7': { profile: 'default', switches: { aesGcm: true } },
  certmonger: { profile: 'certmonger' },
  'openssl-cms': { profile: 'default', switches: { authEnvelopedData: true } },
  'openssl-1.0': { profile: 'default', switches: { passwordPrf: 'sha1' } },
  apple: { profile: 'apple' },
  windows: { profile: 'windows-intune' },
  'cisco-ios': { profile: 'cisco-ios' },
  mikrotik: { profile: 'mikrotik' },
  juniper: { profile: 'juniper' },
  chromeos: { profile: 'chromeos' },
  'ndes-devices': { profile: 'default', switches: { emptyContent: 'ndes', caCertificates: 'ca' } },
  'old-drafts': { profile: 'legacy' },
  'two-keys': { profile: 'default', switches: { signerKeyRule: 'any-key' } },
  'bare-certificate': { profile: 'default', switches: { caCertificates: 'single' } },
  'strict-attributes': { profile: 'default', switches: { failInfoText: false } },
  clockless: { profile: 'default' },
}
