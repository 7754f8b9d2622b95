import { parse } from 'node:querystring'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import { type Bindings, readBindings } from '../admin/challenge/bindings.ts'

const LONGEST_QUERY = 4096

/**
 * What the challenge is to be bound to, by the query: `subject` once, `subjectAltName` as often as one likes. Nothing: as
 * with NDES anything.
 * @throws {AdminRefusal} 422 with every fault: a misspelt name would make a challenge that is good for everything
 */
export function readWish(rawQuery: string): Bindings {
  if (rawQuery.length > LONGEST_QUERY) throw new AdminRefusal(422, ['The query is too long.'])
  const { subject, subjectAltName, ...others } = parse(rawQuery)
  const faults = Object.keys(others).map((name) => `${JSON.stringify(name.slice(0, 60))} is no parameter of this page.`)
  if (Array.isArray(subject)) faults.push('subject may be given once.')
  const names = subjectAltName === undefined ? undefined : [subjectAltName].flat()
  const bindings = readBindings(
    {
      ...(typeof subject === 'string' && { subject }),
      ...(names !== undefined && { subjectAltNames: names }),
    },
    faults,
  )
  if (faults.length > 0) throw new AdminRefusal(422, faults)
  return bindings
}
