import type { Configuration, ConfigurationEdit } from '@chancery/ra'
import { issueRaCertificate, type RaCertificateContext } from './issue.ts'
import { placeName, type RaPlace, raCertificateAt, raPlaces } from './place.ts'

export interface MissingRaCertificates {
  readonly edits: readonly ConfigurationEdit[]
  /** A sentence for each that cannot be had. */
  readonly refused: readonly string[]
}

/**
 * The RA certificates that a SCEP profile needs and does not have: each endpoint opens messages with a certificate of its
 * own authority.
 * @param before what it lacked already is not asked for: one broken place must not refuse every change of another
 */
export async function missingRaCertificates(
  after: Configuration,
  context: RaCertificateContext,
  before?: Configuration,
): Promise<MissingRaCertificates> {
  const former = new Set(before === undefined ? [] : lacking(before).map(placeName))
  const places = lacking(after).filter((place) => !former.has(placeName(place)))
  const asked = await Promise.all(places.map((place) => issueRaCertificate(place, after, context)))
  const made = asked.filter((one) => one !== 'later')
  return {
    edits: made.flatMap((one) => ('refused' in one ? [] : [{ edit: 'addRaCertificate', raCertificate: one } as const])),
    refused: [...new Set(made.flatMap((one) => ('refused' in one ? [one.refused] : [])))],
  }
}

/** Places of an endpoint where nothing opens messages. */
export function lacking(configuration: Configuration): RaPlace[] {
  return raPlaces(configuration).filter((place) => raCertificateAt(place, configuration) === undefined)
}
