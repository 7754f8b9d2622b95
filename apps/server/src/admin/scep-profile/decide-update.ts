import type { ScepProfileUpdate } from '@chancery/api'
import { parseCertificate } from '@chancery/pki'
import { type Configuration, type ScepProfile, type ScepProfileChange, Secret } from '@chancery/ra'
import { AdminRefusal } from '../admin-refusal.ts'
import { accessChange, accessFaults } from './access.ts'
import { kindAfter, kindFaults, setsChallenge } from './challenge-kind.ts'
import { intuneChange, intuneFaults } from './intune.ts'
import { metadataChange, metadataFaults } from './metadata.ts'
import { chosenRaCertificate, raCertificateFaults } from './ra-certificate.ts'
import { renewalChange, renewalFaults } from './renewal.ts'
import { STATIC_CHALLENGE_MINIMUM, sealingChallengeFaults } from './static-challenge.ts'
import { webhookChange, webhookFaults } from './webhook.ts'

/**
 * What a PUT changes. A field that is left out keeps its value, the challenge above all: there, editing a profile used to
 * wipe it. @throws {AdminRefusal} 422 with every fault
 */
export function decideUpdate(
  profile: ScepProfile,
  configuration: Configuration,
  update: ScepProfileUpdate,
  now: Date,
): ScepProfileChange {
  const faults = settingsFaults(profile, configuration, update, now)
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  const { enabled } = update
  return {
    ...settingsChange(profile, configuration, update),
    ...(enabled !== undefined && enabled !== profile.enabled && { enabled }),
  }
}

/** All that is wrong about settings, of a profile that there is or of one that is to be. */
export function settingsFaults(
  profile: ScepProfile,
  configuration: Configuration,
  update: ScepProfileUpdate,
  now: Date,
): string[] {
  return [
    ...raProfileFaults(configuration, update),
    ...caCertificateFaults(update),
    ...raCertificateFaults(profile, configuration, update, now),
    ...metadataFaults(update),
    ...kindFaults(profile, update),
    ...challengeFaults(profile, update),
    ...sealingFaults(profile, configuration, update, now),
    ...renewalFaults(profile, update, kindAfter(profile, update)),
    ...webhookFaults(profile, update, kindAfter(profile, update)),
    ...intuneFaults(profile, update, kindAfter(profile, update), now),
    ...accessFaults(update),
  ]
}

/** What the settings change, once they are found to be right. */
export function settingsChange(
  profile: ScepProfile,
  configuration: Configuration,
  update: ScepProfileUpdate,
): ScepProfileChange {
  const { description, includeCaCertificate, includeCaCertificateChain, renewalThreshold, allowPolling } = update
  const renewBeforeDays = update.raCertificate?.renewBeforeDays
  return {
    ...(description !== undefined && { description }),
    ...defaultRaProfileChange(profile, configuration, update),
    ...(includeCaCertificate !== undefined && { includeCaCertificate }),
    ...(includeCaCertificateChain !== undefined && { includeCaCertificateChain }),
    // 0 and null mean the same: the second half of the validity.
    ...(renewalThreshold !== undefined && { renewalThresholdDays: renewalThreshold === 0 ? null : renewalThreshold }),
    ...(allowPolling !== undefined && { allowPolling }),
    ...(renewBeforeDays !== undefined && { raCertificate: { ...profile.raCertificate, renewBeforeDays } }),
    ...renewalChange(profile, update, kindAfter(profile, update)),
    ...waitingChange(profile, update),
    ...metadataChange(profile, update),
    ...webhookChange(profile, update, kindAfter(profile, update)),
    ...intuneChange(profile, update, kindAfter(profile, update)),
    ...accessChange(profile, update),
    ...challengeChange(profile, update),
  }
}

function waitingChange({ waiting }: ScepProfile, update: ScepProfileUpdate): Pick<ScepProfileChange, 'waiting'> {
  const { withoutChallenge, waitingExpiry, mostWaiting, mostWaitingPerSource } = update
  const changed = {
    ...(withoutChallenge !== undefined && { withoutChallenge }),
    ...(waitingExpiry !== undefined && { expiresAfterDays: waitingExpiry }),
    ...(mostWaiting !== undefined && { mostWaiting }),
    ...(mostWaitingPerSource !== undefined && { mostWaitingPerSource }),
  }
  return Object.keys(changed).length === 0 ? {} : { waiting: { ...waiting, ...changed } }
}

function raProfileFaults({ raProfiles }: Configuration, { raProfileUuid }: ScepProfileUpdate): string[] {
  if (raProfileUuid === undefined || raProfileUuid === null) return []
  return raProfiles.some(({ uuid }) => uuid === raProfileUuid.toLowerCase())
    ? []
    : ['raProfileUuid is of no RA profile.']
}

function defaultRaProfileChange(
  { defaultRaProfileId }: ScepProfile,
  { raProfiles }: Configuration,
  { raProfileUuid }: ScepProfileUpdate,
): Pick<ScepProfileChange, 'defaultRaProfileUuid'> {
  const present = raProfiles.find(({ id }) => id === defaultRaProfileId)?.uuid ?? null
  const wanted = raProfileUuid?.toLowerCase() ?? null
  return raProfileUuid === undefined || wanted === present ? {} : { defaultRaProfileUuid: wanted }
}

function caCertificateFaults({ caCertificateUuid }: ScepProfileUpdate): string[] {
  if (caCertificateUuid !== null) return []
  return [
    'caCertificateUuid cannot be null: without a CA certificate nobody is served. Leave it out to keep the present one.',
  ]
}

function challengeFaults(profile: ScepProfile, update: ScepProfileUpdate): string[] {
  const kind = kindAfter(profile, update)
  const faults: string[] = []
  if (setsChallenge(update)) {
    if ((update.challengePassword as string).length < STATIC_CHALLENGE_MINIMUM) {
      faults.push(`challengePassword must have at least ${STATIC_CHALLENGE_MINIMUM} characters.`)
    }
    if (kind !== 'static' && kind !== 'intune') {
      faults.push(`challengePassword is used only where challengeKind is static, not ${kind}.`)
    }
  }
  if (kind === 'static' && !setsChallenge(update) && profile.staticChallenge === undefined) {
    faults.push('challengePassword is missing: none is set yet, and challengeKind static needs one.')
  }
  if (kind === 'static' && update.enableChallengePassword === false) {
    faults.push(
      'enableChallengePassword false clears the static challenge, without which challengeKind static lets nobody in.',
    )
  }
  return faults
}

/** With which key the CA opens messages decides what a challenge must withstand. */
function sealingFaults(
  profile: ScepProfile,
  configuration: Configuration,
  update: ScepProfileUpdate,
  now: Date,
): string[] {
  const chosen = chosenRaCertificate(profile, configuration, update, now)
  const kept = configuration.raCertificates.filter(
    ({ scepProfileId, state, issuerId }) =>
      scepProfileId === profile.id && state !== 'retired' && (chosen === undefined || issuerId !== chosen.issuer.id),
  )
  const own = [...kept.map(({ certificate }) => parseCertificate(certificate)), ...(chosen ? [chosen.certificate] : [])]
  const seals = own.some(({ publicKey }) => publicKey.type !== 'rsa')
  if (!seals || kindAfter(profile, update) !== 'static') return []
  const challenge = setsChallenge(update) ? update.challengePassword : profile.staticChallenge?.reveal()
  return typeof challenge === 'string' ? sealingChallengeFaults(challenge, update.allowWeakChallenge === true) : []
}

/** No stale secret stays behind a kind that does not use it: switching back would bring it to life unseen. */
function challengeChange(profile: ScepProfile, update: ScepProfileUpdate): ScepProfileChange {
  const challengeKind = kindAfter(profile, update)
  const changesKind = challengeKind !== profile.challengeKind && { challengeKind }
  if (setsChallenge(update)) return { ...changesKind, staticChallenge: new Secret(update.challengePassword as string) }
  if (challengeKind === 'static' || profile.staticChallenge === undefined) return { ...changesKind }
  return { ...changesKind, staticChallenge: undefined }
}
