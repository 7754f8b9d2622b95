const ID = /[SDCN]-[0-9A-Za-z.]+(?:-[0-9A-Za-z]+)?(?![\w.-])/.source

/** A string literal that begins with ids and goes on with words: the name of a test, of a suite, or of a row of one. */
const NAME = new RegExp(`(?<before>[\\w.]*\\(?\\s*)(?<quote>['"\`])(?<ids>${ID}(?: ${ID})*) (?!\\k<quote>)`, 'g')
const LEADING = new RegExp(`^${ID}(?: ${ID})*(?= |$)`)

/** A matcher's string is no name, and what is skipped proves nothing. */
const NO_NAME = /(?:\bto[A-Z]\w*|\.skip|\.todo)\(\s*$/

/** The ids at the head of the name of a test or a suite. */
export function leadingIds(name: string): string[] {
  return LEADING.exec(name)?.[0].split(' ') ?? []
}

/** The ids at the head of the names in a test file, each once, in their order. */
export function idsInSource(source: string): string[] {
  const ids = new Set<string>()
  for (const { groups } of source.matchAll(NAME))
    if (!NO_NAME.test(groups?.before ?? '')) for (const id of leadingIds(groups?.ids ?? '')) ids.add(id)
  return [...ids]
}
