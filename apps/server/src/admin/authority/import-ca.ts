import type { KeyObject } from 'node:crypto'
import type { ImportCa } from '@chancery/api'
import { Asn1Error, type Certificate, PkiError, parseCertificate, publicKeyInfoOf } from '@chancery/pki'
import type { Configuration } from '@chancery/ra'
import { certificatesIn } from './certificates-in.ts'
import { type Faults, type FitCa, fitCa, ownKeyFaults } from './fit-ca.ts'
import { fromPkcs8, openPkcs12File, openPrivateKeyPem } from './private-key.ts'

export interface ImportedCa extends FitCa {
  readonly privateKey: KeyObject
}

/** Opens a CA that exists already, and checks it. */
export async function importCa(given: ImportCa, configuration: Configuration, now: Date): Promise<ImportedCa | Faults> {
  const form = formFaults(given)
  if (form.length > 0) return { faults: form }
  const opened = given.pkcs12 === undefined ? await fromPem(given) : await fromPkcs12(given.pkcs12, given.password)
  if ('faults' in opened) return opened
  const { privateKey, certificates } = opened
  const publicKey = publicKeyInfoOf(privateKey)
  const fit = fitCa(publicKey, certificates, now)
  const faults = [...('faults' in fit ? fit.faults : []), ...ownKeyFaults(configuration, publicKey)]
  if ('faults' in fit || faults.length > 0) return { faults }
  return { ...fit, privateKey, warnings: [...fit.warnings, REVOKED_ELSEWHERE] }
}

const REVOKED_ELSEWHERE =
  'Certificates that were revoked where this CA came from are not on the CRL here: keep publishing its last CRL at its old address until they have expired.'

interface Opened {
  readonly privateKey: KeyObject
  readonly certificates: readonly [Certificate, ...Certificate[]]
}

function formFaults({ pkcs12, certificate, chain, privateKey }: ImportCa): string[] {
  const pem = { certificate, privateKey, chain }
  if (pkcs12 !== undefined) {
    const given = Object.entries(pem).flatMap(([name, value]) => (value === undefined ? [] : [name]))
    return given.map((name) => `ca.import.${name} is not of a PKCS #12 file: it holds everything.`)
  }
  if (certificate === undefined && privateKey === undefined && chain === undefined) {
    return ['ca.import needs pkcs12, or certificate and privateKey.']
  }
  return [
    ...(certificate === undefined ? ['ca.import.certificate is missing.'] : []),
    ...(privateKey === undefined ? ['ca.import.privateKey is missing.'] : []),
  ]
}

async function fromPem({
  certificate = '',
  chain,
  privateKey = '',
  password = '',
}: ImportCa): Promise<Opened | Faults> {
  const faults: string[] = []
  const attempt = async <T>(field: string, open: () => Promise<T> | T): Promise<T | undefined> => {
    try {
      return await open()
    } catch (error) {
      faults.push(`ca.import.${field} ${sentenceOf(error)}.`)
      return undefined
    }
  }
  const own = await attempt('certificate', () => certificatesIn(certificate))
  const above = await attempt('chain', () => (chain === undefined ? [] : certificatesIn(chain)))
  const key = await attempt('privateKey', () => openPrivateKeyPem(privateKey, password))
  const [first, ...rest] = own ?? []
  if (faults.length > 0 || first === undefined || key === undefined) return { faults }
  return { privateKey: key, certificates: [first, ...rest, ...(above ?? [])] }
}

async function fromPkcs12(pkcs12: string, password = ''): Promise<Opened | Faults> {
  try {
    const { privateKeys, certificates } = await openPkcs12File(pkcs12, password)
    const [key, second] = privateKeys
    const [first, ...rest] = certificates.map((der) => parseCertificate(der))
    if (key === undefined || first === undefined)
      return { faults: ['ca.import.pkcs12 has no private key with a certificate.'] }
    if (second !== undefined)
      return { faults: ['ca.import.pkcs12 has several private keys: export the one of the CA alone.'] }
    return { privateKey: fromPkcs8(key), certificates: [first, ...rest] }
  } catch (error) {
    return { faults: [`ca.import.pkcs12 cannot be opened: ${sentenceOf(error)}.`] }
  }
}

function sentenceOf(error: unknown): string {
  if (error instanceof PkiError || error instanceof Asn1Error) return error.message
  throw error
}
