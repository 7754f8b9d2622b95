import { createPrivateKey } from 'node:crypto'
import type { Issuer } from '@chancery/ca'
import { nameFromText, parseCertificate, softwareSigningKey } from '@chancery/pki'
import { type Configuration, type IssuerRecord, type RaCertificateToAdd, uuidV7 } from '@chancery/ra'
import { newRaCertificate } from '../installation/ra-certificate.ts'
import { publishedUrls } from '../snapshot/published-urls.ts'
import { opensMessages } from './able.ts'
import { raCertificateElsewhere } from './elsewhere.ts'
import { type RaPlace, raCertificateAt } from './place.ts'

export interface RaCertificateContext {
  readonly publicUrl: string | undefined
  readonly now: Date
  /** Nothing will be written: nobody in another house is asked for a certificate that would be thrown away. */
  readonly isDryRun?: boolean
}

/**
 * An RA certificate for a place that has none, to be written in the same commit as what makes the place; `later`: it would be
 * ordered in another house, and a dry run orders nothing.
 */
export async function issueRaCertificate(
  place: RaPlace,
  configuration: Configuration,
  { publicUrl, now, isDryRun = false }: RaCertificateContext,
): Promise<RaCertificateToAdd | { readonly refused: string } | 'later'> {
  const { scepProfile, authority, issuer } = place
  if (authority.kind !== 'built-in') {
    return isDryRun ? 'later' : raCertificateElsewhere(place, raSubject(scepProfile.name), now)
  }
  const signing = signingIssuer(issuer)
  if (signing === undefined)
    return { refused: `The key of the CA of authority "${authority.name}" is not at hand yet.` }
  const at = {
    uuid: uuidV7(now),
    scepProfileUuid: scepProfile.uuid,
    authorityUuid: authority.uuid,
    generation: issuer.generation,
    state: 'current',
  } as const
  if (followsOwnRa(place, configuration)) return { ...at, same: 'issuer' }
  const urls = publishedUrls(publicUrl, authority, issuer.generation)
  return { ...at, ...(await newRaCertificate({ subject: raSubject(scepProfile.name), issuer: signing, urls, now })) }
}

/** Whether its CA is one of ours, with its key at hand. */
export function canBeIssued({ authority, issuer }: RaPlace): boolean {
  return authority.kind === 'built-in' && issuer.privateKey.kind !== 'elsewhere'
}

/** As many characters as a common name may have (RFC 5280, ub-common-name), less those around it. */
const LONGEST_NAME = 50

function raSubject(scepProfile: string) {
  return nameFromText(`CN=Chancery RA ${scepProfile.slice(0, LONGEST_NAME)}`)
}

/** Not by way of the key ring: it knows keys by the number of their row, and this row may not be written yet. */
function signingIssuer({ certificate, privateKey }: IssuerRecord): Issuer | undefined {
  if (privateKey.kind === 'elsewhere') return undefined
  const key = softwareSigningKey(createPrivateKey({ key: privateKey.pkcs8, format: 'der', type: 'pkcs8' }))
  return { certificate: parseCertificate(certificate), key }
}

/** Where the current CA opens messages itself, so does the next one, if it can. */
function followsOwnRa({ scepProfile, authority, issuer }: RaPlace, configuration: Configuration): boolean {
  if (issuer.state !== 'next' || !opensMessages(parseCertificate(issuer.certificate))) return false
  const current = configuration.issuers.find((one) => one.authorityId === authority.id && one.state === 'current')
  if (current === undefined) return false
  return (
    raCertificateAt({ scepProfile, issuer: current }, configuration)?.certificate.equals(current.certificate) === true
  )
}
