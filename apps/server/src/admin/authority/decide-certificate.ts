import {
  Asn1Error,
  type Certificate,
  nameToText,
  PkiError,
  parseCertificate,
  parseCertificationRequest,
  sameName,
} from '@chancery/pki'
import { type AuthorityRecord, applyEdits, type Configuration, type ConfigurationEdit } from '@chancery/ra'
import type { RaCertificateContext } from '../../ra-certificates/issue.ts'
import { missingRaCertificates } from '../../ra-certificates/missing.ts'
import { dateFault } from '../../rollover/date-fault.ts'
import { generationOf } from '../../rollover/stepping-back.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { certificatesIn } from './certificates-in.ts'
import { type FitCa, fitCa } from './fit-ca.ts'
import type { MadeCa } from './new-ca.ts'

export interface CertificateBrought {
  readonly certificates: string
  /** Of a CA that follows another one. */
  readonly currentFrom: Date | null
}

/**
 * The certificate for a request of ours: the first CA of the authority is current at once, a later one is next. With it
 * come RA certificates for the SCEP profiles that lead to the authority, as with a next CA that is made here.
 * @throws {AdminRefusal} 409, or 422 with every fault
 */
export async function decideCertificate(
  configuration: Configuration,
  authority: AuthorityRecord,
  { certificates: text, currentFrom }: CertificateBrought,
  context: RaCertificateContext,
): Promise<MadeCa> {
  const { uuid: authorityUuid, name, requestedCsr } = authority
  if (requestedCsr === undefined) {
    throw new AdminRefusal(409, [`Authority "${name}" waits for no certificate. Make a request first.`])
  }
  if (generationOf(authority, configuration, 'next') !== undefined) {
    throw new AdminRefusal(409, ['A next CA is prepared already. Activate it, or withdraw it first.'])
  }
  const current = generationOf(authority, configuration, 'current')
  const fit = checked(text, requestedCsr, context.now)
  const date =
    current === undefined
      ? currentFrom === null
        ? undefined
        : 'currentFrom is only of a CA that follows another one.'
      : dateFault(currentFrom, current, fit.certificate.notAfter, context.now)
  if (date !== undefined) throw new AdminRefusal(422, [date])
  const generations = configuration.issuers.filter(({ authorityId }) => authorityId === authority.id)
  const generation = Math.max(0, ...generations.map((one) => one.generation)) + 1
  const issuer: ConfigurationEdit = {
    edit: 'addIssuer',
    issuer: {
      authorityUuid,
      generation,
      state: current === undefined ? 'current' : 'next',
      certificate: fit.certificate.der,
      chain: fit.above.map(({ der }) => der),
      currentFrom,
      privateKey: 'requested',
    },
  }
  const after = applyEdits(configuration, [issuer], context.now)
  const ras = await missingRaCertificates(after, context, configuration)
  return {
    edits: [issuer, ...ras.edits],
    warnings: [...fit.warnings, ...nameWarnings(fit.certificate, current?.certificate), ...ras.refused],
  }
}

/** @throws {AdminRefusal} 422 */
function checked(text: string, csr: Buffer, now: Date): FitCa {
  const { publicKey } = parseCertificationRequest(csr)
  const [first, ...rest] = read(text)
  if (first === undefined) throw new AdminRefusal(422, ['certificates holds none.'])
  const all = [first, ...rest]
  if (!all.some((one) => one.publicKey.digest().equals(publicKey.digest()))) {
    throw new AdminRefusal(422, [
      'None of the certificates is for the key of the request. A request that was made later destroyed the key of the earlier one.',
    ])
  }
  const fit = fitCa(publicKey, [first, ...rest], now)
  if ('faults' in fit) throw new AdminRefusal(422, fit.faults)
  return fit
}

function read(text: string): Certificate[] {
  try {
    return certificatesIn(text)
  } catch (error) {
    if (!(error instanceof PkiError || error instanceof Asn1Error)) throw error
    throw new AdminRefusal(422, [`certificates ${error.message}.`])
  }
}

/** Devices take a CA with another name for another CA. */
function nameWarnings({ subject }: Certificate, current: Buffer | undefined): string[] {
  if (current === undefined) return []
  const former = parseCertificate(current).subject
  if (sameName(subject, former)) return []
  return [
    `The next CA is called ${nameToText(subject)}, the current one ${nameToText(former)}: devices see another CA.`,
  ]
}
