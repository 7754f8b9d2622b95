import { exportCertificates, listCertificates } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { cursorOf, readCursor } from '../cursor.ts'
import { type Served, serve } from '../serve.ts'
import { criteriaOf } from './criteria.ts'
import { describeCertificate } from './describe.ts'
import { entryToWire } from './entry-to-wire.ts'
import { exportFile } from './export.ts'

const ITEMS_PER_PAGE = 100

/** The inventory: list, search and export. */
export function certificateListRoutes(scope: FastifyInstance, served: Served): void {
  const { store, now } = served.context

  serve(scope, served, listCertificates, {
    async handle({ query, caller }) {
      const { cursor, itemsPerPage, ...filters } = query
      const criteria = criteriaOf(filters, caller)
      const before = cursor === undefined ? undefined : readCursor(cursor)
      const limit = Number(itemsPerPage ?? ITEMS_PER_PAGE)
      const page = await store.certificates.page(criteria, { before, limit }, describeCertificate, now())
      return {
        certificates: page.certificates.map(entryToWire),
        nextCursor: page.next === undefined ? null : cursorOf(page.next),
      }
    },
  })

  serve(scope, served, exportCertificates, {
    handle: ({ query, caller }) => {
      const { format = 'csv', ...filters } = query
      return exportFile(store, criteriaOf(filters, caller), format, now())
    },
  })
}
