import * as contract from '@chancery/api'
import { type Permission, rightOf, routesOf } from '@chancery/api'
import { type AuditActor, type AuditEvent, uuidV7 } from '@chancery/ra'
import type { FastifyRequest } from 'fastify'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import type { Caller } from '../auth/caller.ts'
import { NotIdentified } from '../auth/not-identified.ts'
import type { ServerContext } from '../context.ts'
import { actorOf } from './admin-event.ts'

/** Of one caller at one route, or of one source that is not known, in a minute. */
const MOST_ALIKE = 3
/** Of a process in a minute: what is refused must not fill the store (design, rule 8). */
const MOST_OF_ALL = 60
const MINUTE = 60_000

/** Rights by method and address, as the framework has it. */
const RIGHTS: ReadonlyMap<string, Permission> = new Map(
  Object.values(routesOf(contract)).flatMap((route) => {
    const right = rightOf(route)
    if (right === undefined) return []
    return [route.path, ...(route.alsoAt ?? [])].map((url) => [`${route.method} /api${url}`, right] as const)
  }),
)

/** Writes down who was not allowed what: the first few of each kind in a minute, the rest is in the log. */
export class RefusalLog {
  readonly #context: Pick<ServerContext, 'store' | 'log' | 'now'>
  #alike = new Map<string, number>()
  #all = 0
  #minute = 0

  constructor(context: Pick<ServerContext, 'store' | 'log' | 'now'>) {
    this.#context = context
  }

  /** @param caller undefined: nobody could be made out */
  async note(error: unknown, request: FastifyRequest, caller: Caller | undefined, peer: string): Promise<void> {
    const event = this.#eventOf(error, request, caller, peer)
    if (event === undefined) return
    const { actor, action } = event
    if (!this.#hasRoom(caller === undefined ? (actor.source ?? '') : `${actor.kind} ${actor.name} ${action}`)) return
    try {
      await this.#context.store.audit.record([event])
    } catch (failure) {
      // Whoever is refused hears so, also while nothing can be written.
      this.#context.log.warn({ err: failure }, 'a refusal could not be noted')
    }
  }

  #eventOf(error: unknown, request: FastifyRequest, caller: Caller | undefined, peer: string): AuditEvent | undefined {
    if (caller !== undefined) {
      if (!(error instanceof AdminRefusal) || error.status !== 403) return undefined
      return this.#refused(actorOf(caller), request, error.messages.join(' '))
    }
    // Who shows nothing has tried nothing.
    if (!(error instanceof NotIdentified) || error.because === 'missing') return undefined
    return this.#refused({ kind: 'nobody', name: 'unknown', source: peer }, request, error.because)
  }

  #refused(actor: AuditActor, { method, routeOptions, params }: FastifyRequest, because: string): AuditEvent {
    const now = this.#context.now()
    const url = routeOptions.url ?? ''
    const right = RIGHTS.get(`${method === 'HEAD' ? 'GET' : method} ${url}`)
    const { uuid } = params as { readonly uuid?: string }
    const action = right ?? 'session.use'
    const object =
      uuid !== undefined && UUID.test(uuid) && right !== undefined
        ? { object: { kind: action.split('.')[0] ?? '', uuid: uuid.toLowerCase() } }
        : {}
    return {
      uuid: uuidV7(now),
      at: now,
      actor,
      action,
      ...object,
      outcome: 'refused',
      detail: { method, route: url, because },
    }
  }

  #hasRoom(kind: string): boolean {
    const minute = Math.floor(this.#context.now().getTime() / MINUTE)
    if (minute !== this.#minute) {
      this.#minute = minute
      this.#alike = new Map()
      this.#all = 0
    }
    const alike = this.#alike.get(kind) ?? 0
    if (alike >= MOST_ALIKE || this.#all >= MOST_OF_ALL) return false
    this.#alike.set(kind, alike + 1)
    this.#all++
    return true
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
