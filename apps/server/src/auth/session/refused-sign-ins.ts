import { type AuditEvent, uuidV7 } from '@chancery/ra'
import type { ServerContext } from '../../context.ts'
import { BucketTable, type Rate } from '../../limits/bucket-table.ts'
import { sourceOf } from '../../limits/source.ts'
import { printable } from '../../log/printable.ts'

/** Told in full; what comes beyond is counted, and the number stands in the next event that is told (design, rules 8 and 18). */
const OF_A_SOURCE: Rate = { burst: 5, perSecond: 5 / 60 }
const OF_ALL: Rate = { burst: 60, perSecond: 1 }
const MOST_REMEMBERED = 5000

export interface RefusedSignIn {
  /** The name of a user there is; what else was typed may be a password in the wrong place. */
  readonly user: string | undefined
  readonly method: 'password' | 'link'
  readonly because: string
  readonly peer: string
}

/** Writes down who was not let in, in one process. */
export class RefusedSignIns {
  readonly #context: Pick<ServerContext, 'store' | 'now' | 'log'>
  readonly #bySource = new BucketTable(OF_A_SOURCE, MOST_REMEMBERED)
  readonly #all = new BucketTable(OF_ALL, 1)
  #untold = 0

  constructor(context: Pick<ServerContext, 'store' | 'now' | 'log'>) {
    this.#context = context
  }

  async note(refused: RefusedSignIn): Promise<void> {
    const { store, now, log } = this.#context
    const at = now()
    const source = sourceOf(refused.peer) ?? 'here'
    if (this.#bySource.wait(source, at.getTime()) > 0 || this.#all.wait('all', at.getTime()) > 0) {
      this.#untold++
      return
    }
    this.#bySource.take(source, at.getTime())
    this.#all.take('all', at.getTime())
    const untold = this.#untold
    this.#untold = 0
    const { user, method, because, peer } = refused
    log.warn({ peer: printable(peer), user, method, because, untold }, 'a sign-in was refused')
    try {
      await store.audit.record([eventOf(refused, at, untold)])
    } catch (error) {
      // The answer is the same, also while nothing can be written.
      log.warn({ err: error }, 'a refused sign-in could not be noted')
    }
  }
}

function eventOf({ user, method, because, peer }: RefusedSignIn, at: Date, untold: number): AuditEvent {
  return {
    uuid: uuidV7(at),
    at,
    actor: { kind: 'nobody', name: user ?? 'unknown', ...(peer !== '' && { source: peer }) },
    action: 'session.create',
    object: { kind: 'session', ...(user !== undefined && { name: user }) },
    outcome: 'refused',
    detail: { method, because, ...(untold > 0 && { refusedBeforeAndNotTold: untold }) },
  }
}
