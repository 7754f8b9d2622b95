import { generateKey, type KeyKind, keyKindOf, selfSignedRoot } from '@chancery/ca'
import { parseCertificate, softwareSigningKey } from '@chancery/pki'
import {
  type AuthorityRecord,
  type Configuration,
  type IssuerRecord,
  type NextIssuer,
  type RaCertificateOfNextIssuer,
  uuidV7,
} from '@chancery/ra'
import { exported, newRaCertificate } from '../installation/ra-certificate.ts'
import { publishedUrls } from '../snapshot/published-urls.ts'
import { dateFault } from './date-fault.ts'
import { raPlaces } from './ra-places.ts'

export interface NextIssuerOrder {
  /** Undefined: that of the current CA. */
  readonly keyKind: KeyKind | undefined
  readonly years: number
  readonly currentFrom: Date | null
}

export interface NextIssuerContext {
  readonly publicUrl: string | undefined
  readonly now: Date
}

type Refused = { readonly refused: string }

/**
 * The next generation of an authority's CA, with an RA certificate for every SCEP profile that leads to it. It has the
 * name of the current one (RFC 5280 §4.2.1.1: the key identifier tells them apart), so devices see their CA with a new
 * key, not another CA. Where the current one is its own RA, so is the next one.
 */
export async function nextIssuer(
  configuration: Configuration,
  authority: AuthorityRecord,
  order: NextIssuerOrder,
  context: NextIssuerContext,
): Promise<NextIssuer | Refused> {
  const { now } = context
  const generations = configuration.issuers.filter(({ authorityId }) => authorityId === authority.id)
  const current = generations.find(({ state }) => state === 'current')
  if (current === undefined) return { refused: `Authority "${authority.name}" has no current CA certificate.` }
  const refused = whyNot(current, generations, order, now)
  if (refused !== undefined) return { refused }
  const { subject, publicKey } = parseCertificate(current.certificate)
  const keyKind = order.keyKind ?? keyKindOf(publicKey)
  if (keyKind === undefined)
    return { refused: 'The key of the current CA is of a kind that is not made here; name one.' }
  const places = raPlaces(configuration, authority, current)
  const isOwnRa = places.some(({ raSubject }) => raSubject === 'issuer')
  if (isOwnRa && publicKey.type === 'rsa' && !keyKind.startsWith('rsa-')) {
    return { refused: 'The CA opens the messages of devices itself, so its next key must be RSA too.' }
  }
  const privateKey = await generateKey(keyKind)
  const key = softwareSigningKey(privateKey)
  const certificate = await selfSignedRoot({ subject, key, now, years: order.years, isOwnRa })
  const generation = Math.max(...generations.map((one) => one.generation)) + 1
  const urls = publishedUrls(context.publicUrl, authority, generation)
  const issuer = { certificate: parseCertificate(certificate), key }
  const raCertificates = await Promise.all(
    places.map(async ({ scepProfileId, raSubject }): Promise<RaCertificateOfNextIssuer> => {
      const uuid = uuidV7(now)
      if (raSubject === 'issuer') return { scepProfileId, uuid, same: 'issuer' }
      return { scepProfileId, uuid, ...(await newRaCertificate({ subject: raSubject, issuer, urls, now })) }
    }),
  )
  return {
    authorityUuid: authority.uuid,
    generation,
    certificate,
    chain: [],
    privateKey: exported(privateKey),
    currentFrom: order.currentFrom,
    raCertificates,
  }
}

function whyNot(
  current: IssuerRecord,
  generations: readonly IssuerRecord[],
  { currentFrom, years }: NextIssuerOrder,
  now: Date,
): string | undefined {
  if (generations.some(({ state }) => state === 'next')) {
    return 'A next CA is prepared already. Activate it, or withdraw it first.'
  }
  if (current.chain.length > 0) {
    return 'The current CA stands below another one, which must certify the next one too: "chancery authority request --new" (POST …/request) makes its key and request.'
  }
  const nextEnds = new Date(now)
  nextEnds.setUTCFullYear(now.getUTCFullYear() + years)
  return dateFault(currentFrom, current, nextEnds, now)
}
