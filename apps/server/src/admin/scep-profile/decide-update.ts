import type { ScepProfileUpdate } from '@chancery/api'
import { parseCertificate } from '@chancery/pki'
import { type Configuration, type ScepProfile, type ScepProfileChange, Secret } from '@chancery/ra'
import { AdminRefusal } from '../admin-refusal.ts'
import { renewalChange, renewalFaults } from './renewal.ts'
import { STATIC_CHALLENGE_MINIMUM, sealingChallengeFaults } from './static-challenge.ts'

/**
 * What a PUT changes. A field that is left out keeps its value, the challenge above all: there, editing a profile used to
 * wipe it. @throws {AdminRefusal} 422 with every fault
 */
export function decideUpdate(
  profile: ScepProfile,
  configuration: Configuration,
  update: ScepProfileUpdate,
): ScepProfileChange {
  const faults = [
    ...fixedFaults(profile, configuration, update),
    ...challengeFaults(profile, update),
    ...sealingFaults(profile, configuration, update),
    ...renewalFaults(profile, update, kindAfter(profile, update)),
  ]
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  const { description, includeCaCertificate, includeCaCertificateChain, renewalThreshold, allowPolling } = update
  return {
    ...(description !== undefined && { description }),
    ...(includeCaCertificate !== undefined && { includeCaCertificate }),
    ...(includeCaCertificateChain !== undefined && { includeCaCertificateChain }),
    // 0 and null mean the same: the second half of the validity.
    ...(renewalThreshold !== undefined && { renewalThresholdDays: renewalThreshold === 0 ? null : renewalThreshold }),
    ...(allowPolling !== undefined && { allowPolling }),
    ...renewalChange(profile, update),
    ...waitingChange(profile, update),
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

/** Fields that name what is there may be sent along; they cannot move it yet. */
function fixedFaults(profile: ScepProfile, configuration: Configuration, update: ScepProfileUpdate): string[] {
  const { raProfileUuid, caCertificateUuid } = update
  const raProfile = configuration.raProfiles.find((candidate) => candidate.id === profile.defaultRaProfileId)
  const own = configuration.raCertificates.filter((candidate) => candidate.scepProfileId === profile.id)
  const faults: string[] = []
  if (raProfileUuid !== undefined && raProfileUuid !== (raProfile?.uuid ?? null)) {
    faults.push('raProfileUuid cannot be changed yet: leave it out or send the present one.')
  }
  if (caCertificateUuid !== undefined && !own.some((candidate) => candidate.uuid === caCertificateUuid)) {
    faults.push('caCertificateUuid cannot be changed yet: leave it out or send the present one.')
  }
  return faults
}

/** The kind of challenge after the update: as written, else as the challenge password implies it, else as it was. */
function kindAfter(profile: ScepProfile, update: ScepProfileUpdate): ScepProfile['challengeKind'] {
  if (update.challengeKind !== undefined) return update.challengeKind
  if (update.enableChallengePassword === false) {
    return profile.challengeKind === 'static' ? 'one-time' : profile.challengeKind
  }
  return isSet(update) || update.enableChallengePassword === true ? 'static' : profile.challengeKind
}

function isSet({ challengePassword, enableChallengePassword }: ScepProfileUpdate): boolean {
  return enableChallengePassword !== false && typeof challengePassword === 'string' && challengePassword !== ''
}

function challengeFaults(profile: ScepProfile, update: ScepProfileUpdate): string[] {
  const kind = kindAfter(profile, update)
  const faults: string[] = []
  if (update.enableIntune === true || kind === 'intune') faults.push('Intune is not supported yet.')
  if (kind === 'webhook') faults.push('challengeKind webhook is not supported yet.')
  if (isSet(update)) {
    if ((update.challengePassword as string).length < STATIC_CHALLENGE_MINIMUM) {
      faults.push(`challengePassword must have at least ${STATIC_CHALLENGE_MINIMUM} characters.`)
    }
    if (kind !== 'static') faults.push(`challengePassword is used only where challengeKind is static, not ${kind}.`)
  }
  if (kind === 'static' && !isSet(update) && profile.staticChallenge === undefined) {
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
function sealingFaults(profile: ScepProfile, configuration: Configuration, update: ScepProfileUpdate): string[] {
  const own = configuration.raCertificates.filter((candidate) => candidate.scepProfileId === profile.id)
  const seals = own.some(({ certificate }) => parseCertificate(certificate).publicKey.type !== 'rsa')
  if (!seals || kindAfter(profile, update) !== 'static') return []
  const challenge = isSet(update) ? update.challengePassword : profile.staticChallenge?.reveal()
  return typeof challenge === 'string' ? sealingChallengeFaults(challenge, update.allowWeakChallenge === true) : []
}

/** No stale secret stays behind a kind that does not use it: switching back would bring it to life unseen. */
function challengeChange(profile: ScepProfile, update: ScepProfileUpdate): ScepProfileChange {
  const challengeKind = kindAfter(profile, update)
  const changesKind = challengeKind !== profile.challengeKind && { challengeKind }
  if (isSet(update)) return { ...changesKind, staticChallenge: new Secret(update.challengePassword as string) }
  if (challengeKind === 'static' || profile.staticChallenge === undefined) return { ...changesKind }
  return { ...changesKind, staticChallenge: undefined }
}
