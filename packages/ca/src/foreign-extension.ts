import { EXTENSION_OID } from '@chancery/pki'

/**
 * Why an extension can never be taken over from a request; undefined: it can. What the CA makes itself, what is a CA's
 * alone, and what gives rights that a device must not give itself (security S7, S8).
 */
export function whyNeverCopied(oid: string): string | undefined {
  if (OURS.has(oid)) return 'the CA makes it itself'
  return NEVER.get(oid) ?? (oid.startsWith('2.5.29.') ? 'extensions of X.509 itself are made by the CA' : undefined)
}

const OURS: ReadonlySet<string> = new Set(Object.values(EXTENSION_OID))

const NEVER: ReadonlyMap<string, string> = new Map([
  ['2.5.29.30', 'nameConstraints are for CAs'],
  ['2.5.29.33', 'policyMappings are for CAs'],
  ['2.5.29.36', 'policyConstraints are for CAs'],
  ['2.5.29.54', 'inhibitAnyPolicy is for CAs'],
  ['1.3.6.1.4.1.311.25.2', 'Active Directory takes the security identifier in it for an account'],
  ['1.3.6.1.4.1.311.21.1', 'the CA version is for CAs'],
  ['1.3.6.1.4.1.311.21.10', 'application policies are purposes; extendedKeyUsage says them'],
  ['1.3.6.1.4.1.311.21.11', 'application policy mappings are for CAs'],
  ['1.3.6.1.4.1.311.21.12', 'application policy constraints are for CAs'],
  ['2.16.840.1.113730.1.1', 'the Netscape certificate type can make a CA of a device'],
  ['1.3.6.1.5.5.7.1.11', 'the CA says where it publishes what'],
  ['1.3.6.1.5.5.7.1.14', 'a proxy certificate stands for its issuer'],
  ['1.3.6.1.4.1.11129.2.4.2', 'the list of certificate timestamps is made by logs'],
  ['1.3.6.1.4.1.11129.2.4.3', 'it makes a certificate that is none'],
])
