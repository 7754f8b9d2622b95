import { der, type Element, EXTENSION_OID, readElement, value } from '@chancery/pki'
import { CaError } from './ca-error.ts'
import { whyNeverCopied } from './foreign-extension.ts'
import { isDer } from './is-der.ts'
import { ANY_POLICY, ANY_PURPOSE, RESTRICTED_PURPOSES } from './purpose.ts'
import type { TemplateExtension } from './template.ts'

/** What a template allows beyond the certificate of a device. */
export interface Allowances {
  readonly restrictedPurposes?: readonly string[] | undefined
  readonly extensions?: readonly TemplateExtension[] | undefined
  readonly ocspNoCheck?: true | undefined
  /** Whoever ordered it vouches for the account that Active Directory takes it for. */
  readonly securityIdentifier?: true | undefined
}

interface Context extends Allowances {
  /** The subject is not empty. */
  readonly isNamed: boolean
}

interface ExtensionRule {
  readonly required: boolean
  readonly critical: (context: Context) => boolean
  readonly check?: (content: Buffer, context: Context) => void
}

const always = () => true
const never = () => false
const whenUnnamed = ({ isNamed }: Context) => !isNamed

/** The extensions that an end entity's certificate may have; there are no others but those of the template (RFC 5280 §4.2). */
const RULES = {
  basicConstraints: { required: true, critical: always, check: checkNoCa },
  keyUsage: { required: true, critical: always, check: checkKeyUsage },
  extendedKeyUsage: { required: false, critical: never, check: checkPurposes },
  authorityKeyIdentifier: { required: true, critical: never },
  subjectKeyIdentifier: { required: true, critical: never },
  subjectAltName: { required: false, critical: whenUnnamed, check: checkAlternativeNames },
  certificatePolicies: { required: false, critical: never, check: checkPolicies },
  cRLDistributionPoints: { required: false, critical: never },
  freshestCRL: { required: false, critical: never },
  authorityInfoAccess: { required: false, critical: never },
  ocspNoCheck: { required: false, critical: never, check: checkNoCheck },
} as const satisfies Partial<Record<keyof typeof EXTENSION_OID, ExtensionRule>>

const byOid = new Map<string, ExtensionRule & { readonly name: string }>(
  Object.entries(RULES).map(([name, rule]) => [EXTENSION_OID[name as keyof typeof RULES], { name, ...rule }]),
)

/** @param field [3] EXPLICIT Extensions; @throws {CaError} */
export function checkExtensions(field: Element, context: Context): void {
  const present = new Set<string>()
  for (const extension of value.child(field, 0, 'extensions').children) {
    const oid = value.oidValue(extension.children[0], 'extension')
    const rule = byOid.get(oid) ?? foreignRule(oid, context)
    if (rule === undefined) refuse(`extension ${oid} is not one of ours`)
    if (present.has(oid)) refuse(`${rule.name} occurs twice`)
    present.add(oid)
    const critical = extension.children.length === 3 && value.booleanValue(extension.children[1], rule.name)
    if (critical !== rule.critical(context)) refuse(`${rule.name} is ${critical ? '' : 'not '}critical`)
    rule.check?.(value.octets(extension.children.at(-1), rule.name), context)
  }
  for (const [oid, { name, required }] of byOid) if (required && !present.has(oid)) refuse(`${name} is missing`)
  if (!context.isNamed && !present.has(EXTENSION_OID.subjectAltName)) refuse('it names nobody')
}

/** One that was taken over: the template says which, and how critical. */
function foreignRule(
  oid: string,
  { extensions = [] }: Context,
): (ExtensionRule & { readonly name: string }) | undefined {
  const allowed = extensions.find((extension) => extension.oid === oid)
  if (allowed === undefined || whyNeverCopied(oid) !== undefined) return undefined
  return { name: `extension ${oid}`, required: false, critical: () => allowed.critical, check: checkForeign }
}

/** RFC 5280 §4.2: the octets are the DER encoding of one value. */
function checkForeign(content: Buffer): void {
  if (!isDer(readElement(content))) refuse('an extension that is taken over is not in DER')
}

/** An empty SEQUENCE: cA is FALSE by default, and a path length is for CAs. */
const NO_CA = Buffer.from('3000', 'hex')

function checkNoCa(content: Buffer): void {
  if (!content.equals(NO_CA)) refuse('basicConstraints says more than "no CA"')
}

const KEY_CERT_SIGN = 0x04
const CRL_SIGN = 0x02

function checkKeyUsage(content: Buffer): void {
  const [first = 0, second = 0] = value.bitStringValue(readElement(content), 'keyUsage').bytes
  if ((first | second) === 0) refuse('keyUsage is empty')
  if ((first & (KEY_CERT_SIGN | CRL_SIGN)) !== 0) refuse('keyUsage has keyCertSign or cRLSign')
}

function checkPurposes(content: Buffer, { restrictedPurposes = [] }: Context): void {
  const purposes = readElement(content).children.map((purpose) => value.oidValue(purpose, 'purpose'))
  if (purposes.length === 0) refuse('extendedKeyUsage is empty')
  for (const purpose of purposes) {
    if (purpose === ANY_PURPOSE) refuse('extendedKeyUsage has anyExtendedKeyUsage')
    const restricted = RESTRICTED_PURPOSES.get(purpose)
    if (restricted !== undefined && !restrictedPurposes.includes(purpose)) refuse(`extendedKeyUsage has ${restricted}`)
  }
}

/** NULL, and only where the template says so: it takes a certificate out of revocation. */
function checkNoCheck(content: Buffer, { ocspNoCheck }: Context): void {
  if (ocspNoCheck !== true) refuse('ocspNoCheck is not for this template')
  if (!content.equals(NULL)) refuse('ocspNoCheck is not NULL')
}

const NULL = der.nullValue()

function checkPolicies(content: Buffer): void {
  const policies = readElement(content).children.map((policy) => value.oidValue(policy.children[0], 'policy'))
  if (policies.length === 0) refuse('certificatePolicies is empty')
  if (policies.includes(ANY_POLICY)) refuse('certificatePolicies has anyPolicy')
}

/** Active Directory takes this URI for an account (KB5014754, Certifried): only who vouches for one may order it. */
const SID_URI = 'tag:microsoft.com,2022-09-14:sid:'

function checkAlternativeNames(content: Buffer, { securityIdentifier }: Context): void {
  const names = readElement(content)
  if (names.children.length === 0) refuse('subjectAltName is empty')
  if (!isDer(names)) refuse('subjectAltName is not in DER') // the value of an otherName is the device's own
  if (securityIdentifier === true) return
  if (content.toString('latin1').toLowerCase().includes(SID_URI)) refuse('subjectAltName has a security identifier')
}

function refuse(message: string): never {
  throw new CaError('ERR_CA_ORDER', `the certificate is refused: ${message}`)
}
