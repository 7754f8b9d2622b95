import { setTimeout as sleep } from 'node:timers/promises'
import { scepAuthority, scepSettings } from '@chancery/connectors'
import { parseCertificate } from '@chancery/pki'
import type { AuthorityRecord, IssuerRecord, OrderingAuthority } from '@chancery/ra'
import type { Logger } from 'pino'

export interface UpstreamsOptions {
  readonly now: () => Date
  readonly log: Pick<Logger, 'info' | 'warn' | 'debug'> | undefined
  /** Default: two seconds of the wall clock. */
  readonly patience?: () => Promise<void>
}

/** A device waits so long for an authority elsewhere; then it is told to ask again (design, rule 3). */
const PATIENCE_MILLISECONDS = 2000

interface Held {
  readonly of: AuthorityRecord
  readonly issuerId: number
  readonly port: OrderingAuthority
}

/**
 * Authorities elsewhere, one port each for the life of a process: what it knows of them, and how many calls are under way,
 * outlives a version of the configuration.
 */
export class Upstreams {
  readonly #options: UpstreamsOptions
  readonly #held = new Map<number, Held>()

  constructor(options: UpstreamsOptions) {
    this.#options = options
  }

  /** @param issuer its current generation */
  port(authority: AuthorityRecord, issuer: IssuerRecord): OrderingAuthority {
    const held = this.#held.get(authority.id)
    if (held !== undefined && held.issuerId === issuer.id && isSame(held.of, authority)) return held.port
    const port = this.#make(authority, issuer)
    this.#held.set(authority.id, { of: authority, issuerId: issuer.id, port })
    return port
  }

  #make(authority: AuthorityRecord, issuer: IssuerRecord): OrderingAuthority {
    const { now, log, patience = usualPatience } = this.#options
    const { id: authorityId, name } = authority
    return scepAuthority({
      authorityId,
      issuerId: issuer.id,
      ca: parseCertificate(issuer.certificate),
      settings: scepSettings(authority),
      fetch,
      now,
      patience,
      report({ transaction, attempts }, outcome) {
        const fields = { authority: name, transaction, attempts }
        if (outcome.status === 'issued') log?.info(fields, 'the authority issued')
        else if (outcome.status === 'refused') log?.warn({ ...fields, detail: outcome.detail }, 'the authority refused')
        else log?.debug({ ...fields, ...outcome }, 'the authority has not issued yet')
      },
      onChange(trouble) {
        if (trouble === undefined) log?.info({ authority: name }, 'the authority answers again')
        else log?.warn({ authority: name, why: trouble.message }, 'the authority cannot be asked')
      },
    })
  }
}

function usualPatience(): Promise<void> {
  return sleep(PATIENCE_MILLISECONDS, undefined, { ref: false })
}

function isSame(one: AuthorityRecord, other: AuthorityRecord): boolean {
  const { secrets: a } = one
  const { secrets: b } = other
  const sameSecrets = a === undefined || b === undefined ? a === b : a.equals(b)
  return sameSecrets && JSON.stringify(one.settings) === JSON.stringify(other.settings)
}
