import type { NewCa } from '@chancery/api'
import { caRequest, generateKey, selfSignedRoot } from '@chancery/ca'
import { type Name, nameFromText, PkiError, softwareSigningKey } from '@chancery/pki'
import type { AuthorityKind, Configuration, ConfigurationEdit } from '@chancery/ra'
import { exported } from '../../installation/ra-certificate.ts'
import type { Faults } from './fit-ca.ts'
import { importCa } from './import-ca.ts'

export interface NewCaOrder {
  readonly authorityUuid: string
  /** Undefined: the caller said nothing about it. */
  readonly ca: NewCa | undefined
  readonly configuration: Configuration
  readonly now: Date
}

export interface MadeCa {
  /** Behind the one that adds the authority. */
  readonly edits: readonly ConfigurationEdit[]
  readonly warnings: readonly string[]
}

/** How an authority of a kind comes to its CA. */
export const NEW_CA: Readonly<Record<AuthorityKind, (order: NewCaOrder) => Promise<MadeCa | Faults>>> = {
  'built-in': newBuiltInCa,
  scep: async ({ ca }) =>
    ca === undefined
      ? { edits: [], warnings: [] }
      : { faults: ['ca is only of a built-in authority: this one has its CA elsewhere.'] },
}

const KEY_TYPE = 'rsa-3072'
const YEARS = 10

async function newBuiltInCa(order: NewCaOrder): Promise<MadeCa | Faults> {
  const { ca } = order
  if (ca === undefined) return { faults: ['ca is missing: an object with create or import.'] }
  if ((ca.create === undefined) === (ca.import === undefined)) {
    return { faults: ['ca needs create, which is root or subordinate, or import.'] }
  }
  const faults = strayFaults(ca)
  if (ca.import !== undefined) return imported(ca.import, order, faults)
  const subject = subjectOf('ca.subject', ca.subject)
  if (typeof subject === 'string') faults.push(subject)
  if (faults.length > 0 || typeof subject === 'string') return { faults }
  return ca.create === 'root' ? root(ca, subject, order) : subordinate(ca, subject, order)
}

/** A name, or the sentence that says why a text is none. */
export function subjectOf(field: string, text: string | undefined): Name | string {
  if (text === undefined) return `${field} is missing: a name such as CN=Example CA,O=Example.`
  try {
    const name = nameFromText(text)
    return name.rdns.length > 0 ? name : `${field} is empty.`
  } catch (error) {
    if (error instanceof PkiError) return `${field} is no name such as CN=Example CA,O=Example: ${error.message}.`
    throw error
  }
}

/** What is given and has no effect is a misunderstanding. */
function strayFaults(ca: NewCa): string[] {
  const strays = ca.import === undefined ? (ca.create === 'root' ? [] : OF_A_ROOT) : OF_A_NEW_ONE
  const why = ca.import === undefined ? 'is decided by the CA that certifies this one' : 'is in what is imported'
  return strays.filter((name) => ca[name] !== undefined).map((name) => `ca.${name} ${why}: leave it out.`)
}

const OF_A_ROOT = ['validityYears', 'pathLength'] as const
const OF_A_NEW_ONE = ['subject', 'keyType', ...OF_A_ROOT] as const

async function root(ca: NewCa, subject: Name, { authorityUuid, now }: NewCaOrder): Promise<MadeCa> {
  const privateKey = await generateKey(ca.keyType ?? KEY_TYPE)
  const { validityYears: years = YEARS, pathLength } = ca
  const key = softwareSigningKey(privateKey)
  const certificate = await selfSignedRoot({
    subject,
    key,
    now,
    years,
    ...(pathLength !== undefined && { pathLength }),
  })
  const issuer = { ...FIRST, authorityUuid, certificate, chain: [], privateKey: exported(privateKey) }
  return { edits: [{ edit: 'addIssuer', issuer }], warnings: [] }
}

async function subordinate(ca: NewCa, subject: Name, { authorityUuid }: NewCaOrder): Promise<MadeCa> {
  const privateKey = await generateKey(ca.keyType ?? KEY_TYPE)
  const csr = await caRequest({ subject, key: softwareSigningKey(privateKey) })
  return {
    edits: [{ edit: 'requestIssuer', authorityUuid, csr, privateKey: exported(privateKey) }],
    warnings: [],
  }
}

async function imported(
  given: NonNullable<NewCa['import']>,
  { authorityUuid, configuration, now }: NewCaOrder,
  strays: readonly string[],
): Promise<MadeCa | Faults> {
  const ca = await importCa(given, configuration, now)
  const faults = [...strays, ...('faults' in ca ? ca.faults : [])]
  if ('faults' in ca || faults.length > 0) return { faults }
  const { certificate, above, privateKey, warnings } = ca
  const chain = above.map(({ der }) => der)
  const issuer = { ...FIRST, authorityUuid, certificate: certificate.der, chain, privateKey: exported(privateKey) }
  return { edits: [{ edit: 'addIssuer', issuer }], warnings }
}

const FIRST = { generation: 1, state: 'current', currentFrom: null } as const
