import type { ScepProfileUpdate } from '@chancery/api'
import {
  type Configuration,
  type ConfigurationEdit,
  type IssuerRecord,
  type RaCertificateRecord,
  type ScepProfile,
  uuidV7,
} from '@chancery/ra'
import { type RaCertificateChoice, raCertificateChoices, raCertificateUuid } from '../../ra-certificates/choice.ts'
import { issueRaCertificate, type RaCertificateContext } from '../../ra-certificates/issue.ts'
import { issuingGenerations, raCertificateAt } from '../../ra-certificates/place.ts'
import { decryptsUntil } from '../../rollover/decrypts-until.ts'
import { AdminRefusal } from '../admin-refusal.ts'

/** What a request says about the certificate that opens the messages of a profile. */
export type RaCertificateWish = Pick<ScepProfileUpdate, 'caCertificateUuid' | 'raCertificate'>

/** The chosen one; undefined where none is named, or the one that the profile has anyhow. */
export function chosenRaCertificate(
  profile: ScepProfile,
  configuration: Configuration,
  { caCertificateUuid }: RaCertificateWish,
  now: Date,
): RaCertificateChoice | undefined {
  const uuid = caCertificateUuid?.toLowerCase()
  if (uuid === undefined || has(profile, configuration, uuid)) return undefined
  return raCertificateChoices(configuration, now).find((one) => one.uuid === uuid)
}

export function raCertificateFaults(
  profile: ScepProfile,
  configuration: Configuration,
  wish: RaCertificateWish,
  now: Date,
): string[] {
  const faults: string[] = []
  const uuid = wish.caCertificateUuid?.toLowerCase()
  const chosen = chosenRaCertificate(profile, configuration, wish, now)
  if (uuid !== undefined && chosen === undefined && !has(profile, configuration, uuid)) {
    faults.push(
      'caCertificateUuid is of no certificate that can be used: GET /v1/scepProfiles/caCertificates lists those that can.',
    )
  }
  const authorityUuid = wish.raCertificate?.authorityUuid?.toLowerCase()
  if (authorityUuid === undefined) return faults
  const authority = configuration.authorities.find((one) => one.uuid === authorityUuid)
  const current = authority && issuingGenerations(authority, configuration).find(({ state }) => state === 'current')
  if (authority === undefined) faults.push('raCertificate.authorityUuid is of no authority.')
  else if (current === undefined) faults.push(`Authority "${authority.name}" has no CA certificate yet.`)
  else if (chosen?.issuer.id === current.id) {
    faults.push('caCertificateUuid and raCertificate.authorityUuid name two certificates for one authority: name one.')
  }
  return faults
}

/**
 * Puts the certificate that is wished for into its place; one that was there goes on opening messages (design, rule 9). One
 * that is to be issued is issued only where the profile has none of its own.
 */
export async function raCertificateEdits(
  profile: ScepProfile,
  configuration: Configuration,
  wish: RaCertificateWish,
  context: RaCertificateContext,
): Promise<ConfigurationEdit[]> {
  const { now } = context
  const chosen = chosenRaCertificate(profile, configuration, wish, now)
  const edits = chosen === undefined ? [] : placeChosen(profile, configuration, chosen, now)
  const authorityUuid = wish.raCertificate?.authorityUuid?.toLowerCase()
  const authority = configuration.authorities.find(({ uuid }) => uuid === authorityUuid)
  if (authority === undefined) return edits
  for (const issuer of issuingGenerations(authority, configuration)) {
    const place = { scepProfile: profile, authority, issuer }
    const present = raCertificateAt(place, configuration)
    const isOwn = present !== undefined && (issuer.state === 'next' || isIssuedFor(present, issuer, configuration))
    if (isOwn) continue
    const issued = await issueRaCertificate(place, configuration, context)
    if (issued === 'later') continue
    if ('refused' in issued) throw new AdminRefusal(409, [issued.refused])
    edits.push(...stepBack(profile, issuer, configuration, now), { edit: 'addRaCertificate', raCertificate: issued })
  }
  return edits
}

function placeChosen(
  profile: ScepProfile,
  configuration: Configuration,
  { issuer, as }: RaCertificateChoice,
  now: Date,
): ConfigurationEdit[] {
  const authority = configuration.authorities.find(({ id }) => id === issuer.authorityId)
  if (authority === undefined) return []
  const at = { scepProfileUuid: profile.uuid, authorityUuid: authority.uuid, generation: issuer.generation } as const
  return [
    ...stepBack(profile, issuer, configuration, now),
    { edit: 'addRaCertificate', raCertificate: { uuid: uuidV7(now), ...at, state: 'current', ...as } },
  ]
}

/** One that is only published yet steps back too: it would take the place of the new one. */
function stepBack(
  { id }: ScepProfile,
  issuer: IssuerRecord,
  { raCertificates }: Configuration,
  now: Date,
): ConfigurationEdit[] {
  return raCertificates
    .filter(
      ({ scepProfileId, issuerId, state }) => scepProfileId === id && issuerId === issuer.id && state !== 'retired',
    )
    .map(({ uuid, certificate }) => ({
      edit: 'retireRaCertificate',
      uuid,
      decryptsUntil: decryptsUntil(certificate, now),
    }))
}

function has({ id }: ScepProfile, configuration: Configuration, uuid: string): boolean {
  return configuration.raCertificates.some(
    (one) =>
      one.scepProfileId === id &&
      one.state !== 'retired' &&
      (one.uuid === uuid || raCertificateUuid(one, configuration) === uuid),
  )
}

/** Neither that of the CA itself, nor one that belongs to another profile. */
function isIssuedFor(record: RaCertificateRecord, issuer: IssuerRecord, configuration: Configuration): boolean {
  return !record.certificate.equals(issuer.certificate) && raCertificateUuid(record, configuration) === record.uuid
}
