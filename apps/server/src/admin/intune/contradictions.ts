import { nameToText, parseCertificate } from '@chancery/pki'
import type { Configuration, ScepProfile } from '@chancery/ra'

/**
 * What Intune cannot go together with, wherever it is set: on the SCEP profile, on an RA profile that it serves, or by the
 * link between the two. Only what a change brings about, so that something else can be mended meanwhile.
 */
export function newContradictions(before: Configuration, after: Configuration): string[] {
  const known = new Set(contradictions(before))
  return contradictions(after).filter((sentence) => !known.has(sentence))
}

function contradictions(configuration: Configuration): string[] {
  return configuration.scepProfiles
    .filter(({ challengeKind }) => challengeKind === 'intune')
    .flatMap((profile) => [
      ...approvalContradictions(profile, configuration),
      ...keyContradictions(profile, configuration),
    ])
}

/** Intune knows no waiting: its challenge has ended before a person has looked. */
function approvalContradictions(profile: ScepProfile, { raProfiles }: Configuration): string[] {
  return raProfiles
    .filter(({ id, scepProfileId }) => id === profile.defaultRaProfileId || scepProfileId === profile.id)
    .filter(({ approval }) => approval.required)
    .map(
      ({ name }) =>
        `RA profile "${name}" wants a person to approve, and SCEP profile "${profile.name}" that leads to it has Intune on, whose devices cannot wait: switch approvalRequired off, or use another profile.`,
    )
}

function keyContradictions(profile: ScepProfile, { raCertificates }: Configuration): string[] {
  return raCertificates
    .filter(({ scepProfileId, state }) => scepProfileId === profile.id && state !== 'retired')
    .map(({ certificate }) => parseCertificate(certificate))
    .filter(({ publicKey }) => publicKey.type !== 'rsa')
    .map(
      ({ subject }) =>
        `SCEP profile "${profile.name}" has Intune on, whose devices encrypt to RSA only, and its RA certificate ${nameToText(subject)} has another key: choose one of GET /v1/scepProfiles/caCertificates?intuneEnabled=true.`,
    )
}
