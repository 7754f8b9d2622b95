import { parseCertificate } from '@chancery/pki'
import type { AuthorityRecord, Configuration, IssuerRecord, SteppingBack } from '@chancery/ra'
import { decryptsUntil } from './decrypts-until.ts'
import { scepProfilesOf } from './scep-profiles.ts'

type Refused = { readonly refused: string }

/** What the switch-over to the next CA changes, or the sentence that says why there can be none now. */
export function switchOverTo(
  configuration: Configuration,
  authority: AuthorityRecord,
  now: Date,
): SteppingBack | Refused {
  const next = generationOf(authority, configuration, 'next')
  const current = generationOf(authority, configuration, 'current')
  if (next === undefined || current === undefined) return noNext(authority)
  const { notBefore, notAfter } = parseCertificate(next.certificate)
  if (now < notBefore) return { refused: `The next CA certificate is not valid before ${notBefore.toISOString()}.` }
  if (now >= notAfter) return { refused: `The next CA certificate ended on ${notAfter.toISOString()}.` }
  const has = (issuer: IssuerRecord, scepProfileId: number) =>
    configuration.raCertificates.some(
      (one) => one.issuerId === issuer.id && one.scepProfileId === scepProfileId && one.state === 'current',
    )
  const left = scepProfilesOf(authority, configuration).filter(({ id }) => has(current, id) && !has(next, id))
  if (left.length > 0) {
    const names = left.map(({ name }) => `"${name}"`).join(', ')
    return {
      refused: `The next CA has no RA certificate for SCEP profile ${names}, which came later. Withdraw it and prepare it again.`,
    }
  }
  return { issuerId: next.id, raCertificates: stepBack(current, configuration, now) }
}

/** What the withdrawal of the next CA changes. Devices that already know its RA are served by the current CA. */
export function withdrawalOf(
  configuration: Configuration,
  authority: AuthorityRecord,
  now: Date,
): SteppingBack | Refused {
  const next = generationOf(authority, configuration, 'next')
  if (next === undefined) return noNext(authority)
  return { issuerId: next.id, raCertificates: stepBack(next, configuration, now) }
}

export function generationOf(
  { id }: AuthorityRecord,
  { issuers }: Configuration,
  state: IssuerRecord['state'],
): IssuerRecord | undefined {
  return issuers.find((one) => one.authorityId === id && one.state === state)
}

function noNext({ name }: AuthorityRecord): Refused {
  return { refused: `Authority "${name}" has no next CA. Prepare one first.` }
}

function stepBack({ id }: IssuerRecord, { raCertificates }: Configuration, now: Date): SteppingBack['raCertificates'] {
  return raCertificates
    .filter(({ issuerId, state }) => issuerId === id && state !== 'retired')
    .map(({ uuid, certificate }) => ({ uuid, decryptsUntil: decryptsUntil(certificate, now) }))
}
