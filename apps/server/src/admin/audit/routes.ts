import {
  type AuditVerification,
  exportAuditEvents,
  getAuditEvent,
  listAuditEvents,
  verifyAuditLog,
  verifyAuditLogWithHeads,
} from '@chancery/api'
import type { AuditHead } from '@chancery/store'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import type { Caller } from '../../auth/caller.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { cursorOf, readCursor } from '../cursor.ts'
import { type Served, serve } from '../serve.ts'
import { auditFile } from './export.ts'
import { auditFilterOf } from './filter.ts'
import { auditEventToWire, verificationToWire } from './to-wire.ts'

const ITEMS_PER_PAGE = 100

export function auditRoutes(scope: FastifyInstance, served: Served): void {
  const { store, log, now } = served.context
  let isVerifying = false

  /** It reads the whole log: one at a time in a process (design, rule 18). */
  const verify = async (heads: readonly AuditHead[], caller: Caller) => {
    if (isVerifying) {
      throw new AdminRefusal(409, ['The audit log is being verified at this moment. Ask again when that is done.'])
    }
    isVerifying = true
    try {
      const verification = verificationToWire(await store.audit.verify(heads))
      if (!verification.verified) await tell(verification, heads, caller)
      return verification
    } finally {
      isVerifying = false
    }
  }

  /** Whoever wants to be told of it is, by way of the log itself: what was done to it before does not keep it from going on. */
  const tell = async ({ problems }: AuditVerification, heads: readonly AuditHead[], caller: Caller) => {
    const kinds = [...new Set(problems.map(({ kind }) => kind))]
    log.error({ kinds, heads: heads.length, caller: caller.name }, 'the audit log does not verify')
    const detail = { kinds, headsGiven: heads.length }
    await store.audit.record([adminEvent(caller, now(), { action: 'audit.verify', outcome: 'failed', detail })])
  }

  serve(scope, served, listAuditEvents, {
    async handle({ query: { cursor, itemsPerPage, ...asked } }) {
      const before = cursor === undefined ? undefined : readCursor(cursor)
      const limit = Number(itemsPerPage ?? ITEMS_PER_PAGE)
      const { entries, next } = await store.audit.list(auditFilterOf(asked), { before, limit })
      return { events: entries.map(auditEventToWire), nextCursor: next === undefined ? null : cursorOf(next) }
    },
  })

  serve(scope, served, exportAuditEvents, {
    async handle({ query: { format = 'csv', ...asked }, caller }) {
      const filter = auditFilterOf(asked)
      await store.audit.record([adminEvent(caller, now(), { action: 'audit.export', detail: { format, ...asked } })])
      return auditFile(store, filter, format, now())
    },
  })

  serve(scope, served, getAuditEvent, {
    async handle({ params }) {
      const entry = await store.audit.find(params.uuid.toLowerCase())
      if (entry === undefined) throw new AdminRefusal(404, ['There is no event with this UUID in the audit log.'])
      return auditEventToWire(entry)
    },
  })

  serve(scope, served, verifyAuditLog, {
    async handle({ query: { seq, head }, caller }) {
      if ((seq === undefined) !== (head === undefined)) {
        throw new AdminRefusal(422, ['seq and head belong together: give both, or neither.'])
      }
      return verify(seq === undefined || head === undefined ? [] : [headOf({ seq: Number(seq), head })], caller)
    },
  })

  serve(scope, served, verifyAuditLogWithHeads, {
    handle: ({ body, caller }) => verify(body.heads.map(headOf), caller),
  })
}

function headOf({ seq, head }: { readonly seq: number; readonly head: string }): AuditHead {
  return { seq, head: Buffer.from(head, 'hex') }
}
