import type { AuthenticatedEncryptionName, ContentEncryptionName, DigestName } from '@chancery/pki'
import { CompatibilityError } from './compatibility-error.ts'
import type { MessagePolicy } from './message-policy.ts'
import { COMPATIBILITY, type CompatibilityName } from './profile.ts'
import { type CompatibilitySwitches, SWITCHES, type SwitchName } from './switch.ts'

/**
 * The policy of a compatibility profile with single switches turned.
 * @throws {CompatibilityError} naming every unknown profile, unknown switch and impossible value at once
 */
export function resolveCompatibility(name: string, overrides: Readonly<Record<string, unknown>> = {}): MessagePolicy {
  return policyOf(resolveSwitches(name, overrides))
}

/** The value of every switch, as an administrator sees them. */
export function resolveSwitches(
  name: string,
  overrides: Readonly<Record<string, unknown>> = {},
): CompatibilitySwitches {
  const faults = Object.entries(overrides).flatMap(([key, value]) => faultOf(key, value) ?? [])
  if (!Object.hasOwn(COMPATIBILITY, name)) {
    faults.unshift(`unknown compatibility profile "${name}": use one of ${Object.keys(COMPATIBILITY).join(', ')}`)
  }
  if (faults.length > 0) throw new CompatibilityError(faults)
  const defaults = Object.fromEntries(Object.entries(SWITCHES).map(([key, row]) => [key, row.default]))
  const { switches } = COMPATIBILITY[name as CompatibilityName]
  return { ...defaults, ...switches, ...overrides } as CompatibilitySwitches
}

function faultOf(name: string, value: unknown): string | undefined {
  if (!Object.hasOwn(SWITCHES, name)) {
    return `unknown compatibility switch "${name}": use one of ${Object.keys(SWITCHES).join(', ')}`
  }
  const { values } = SWITCHES[name as SwitchName]
  switch (values.kind) {
    case 'boolean':
      return typeof value === 'boolean' ? undefined : `${name}: use true or false`
    case 'choice':
      return (values.of as readonly unknown[]).includes(value) ? undefined : `${name}: use ${values.of.join(' or ')}`
    case 'seconds': {
      const { minimum, maximum } = values
      const fits = Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum
      return fits || value === null ? undefined : `${name}: use null or ${minimum} to ${maximum} seconds`
    }
  }
}

const SHA2: readonly DigestName[] = ['sha224', 'sha256', 'sha384', 'sha512']
const AES: readonly ContentEncryptionName[] = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc']
const AES_GCM: readonly AuthenticatedEncryptionName[] = ['aes-128-gcm', 'aes-192-gcm', 'aes-256-gcm']

function policyOf(switches: CompatibilitySwitches): MessagePolicy {
  return {
    digests: switches.sha1 ? [...SHA2, 'sha1'] : SHA2,
    contentEncryptions: [
      ...AES,
      ...(switches.tripleDes ? (['des-ede3-cbc'] as const) : []),
      ...(switches.singleDes ? (['des-cbc'] as const) : []),
      ...(switches.aesGcm ? AES_GCM : []),
    ],
    authEnvelopedData: switches.authEnvelopedData ? AES_GCM : [],
    rsaPss: switches.rsaPss,
    keyTransports: switches.oaep ? ['rsa-pkcs1', 'rsa-oaep'] : ['rsa-pkcs1'],
    missingSenderNonce: switches.missingSenderNonce,
    signerKeyRule: switches.signerKeyRule,
    timeWindowSeconds: switches.timeWindowSeconds ?? undefined,
    emptyContent: switches.emptyContent,
    failInfoText: switches.failInfoText,
    passwordPrf: switches.passwordPrf,
    getCert: switches.getCert,
    getCrl: switches.getCrl,
  }
}
