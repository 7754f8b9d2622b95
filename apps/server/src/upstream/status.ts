import { askUpstream, scepClient, scepSettings, UpstreamError } from '@chancery/connectors'
import type { AuthorityRecord, IssuerRecord } from '@chancery/ra'

/** Somebody looks at a page meanwhile. */
const MOST_SECONDS = 10

/** Asks an authority elsewhere who it is. @returns what is wrong, as a sentence; null: nothing */
export async function troubleOf(
  authority: AuthorityRecord,
  issuer: IssuerRecord | undefined,
  now: Date,
): Promise<string | null> {
  if (authority.kind === 'built-in') return null
  const settings = scepSettings(authority)
  const patient = { ...settings, timeoutSeconds: Math.min(settings.timeoutSeconds, MOST_SECONDS) }
  try {
    const { ca } = await askUpstream(scepClient(patient, fetch), patient, now)
    if (issuer === undefined || ca.der.equals(issuer.certificate)) return null
    return `The SCEP server issues with another CA certificate by now, whose fingerprint is ${ca.digest().toString('hex')}. Nothing is passed on to it: make a new authority for it.`
  } catch (error) {
    if (error instanceof UpstreamError) return error.message
    throw error
  }
}
