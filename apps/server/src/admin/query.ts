import { type ParsedUrlQuery, parse } from 'node:querystring'
import { AdminRefusal } from './admin-refusal.ts'

/** Some identity providers send codes of more than two thousand characters. */
const LONGEST_QUERY = 8192

/**
 * The query of an admin route, whole. The listener's own parser leaves out what may hold a device's message; here a
 * `dryRun=true` that got lost would mean that the change is made.
 * @throws {AdminRefusal} 422 when it is too long
 */
export function queryOf(url: string): ParsedUrlQuery {
  const start = url.indexOf('?')
  const text = start < 0 ? '' : url.slice(start + 1)
  if (text.length > LONGEST_QUERY) {
    throw new AdminRefusal(422, [`The query of the address is longer than ${LONGEST_QUERY} characters.`])
  }
  return parse(text, '&', '=', { maxKeys: 0 })
}
