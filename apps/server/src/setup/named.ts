import { AdminRefusal } from '../admin/admin-refusal.ts'

interface Named {
  readonly uuid: string
  readonly name: string
}

/** @throws {AdminRefusal} 422 naming what is neither in the document nor on the server */
export function named<T extends Named>(rows: readonly T[], name: string, what: string): T {
  const found = rows.find((one) => one.name === name)
  if (found === undefined) throw new AdminRefusal(422, [`There is no ${what} "${name}", neither in the file nor here.`])
  return found
}

/** @throws {AdminRefusal} 422 where a list has a name twice */
export function refuseTwins(items: readonly { readonly name: string }[], what: string): void {
  const names = items.map(({ name }) => name)
  const twins = [...new Set(names.filter((name, index) => names.indexOf(name) !== index))]
  if (twins.length > 0)
    throw new AdminRefusal(
      422,
      twins.map((name) => `The file has two ${what} named "${name}".`),
    )
}
