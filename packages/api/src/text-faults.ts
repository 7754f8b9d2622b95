/**
 * Text that no database or log keeps as it was sent: U+0000, and halves of surrogate pairs. A field with a pattern refuses
 * them by itself; this is for all the others, at any depth.
 */
export function textFaults(value: unknown, path: string): string[] {
  if (typeof value === 'string') return isStorable(value) ? [] : [`${path} ${UNSTORABLE}.`]
  if (Array.isArray(value)) return value.flatMap((one, index) => textFaults(one, `${path}[${index}]`))
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  return entries.every(([name]) => isStorable(name))
    ? entries.flatMap(([name, one]) => textFaults(one, `${path}.${name}`))
    : [`${path} has a field whose name ${UNSTORABLE}.`]
}

const UNSTORABLE = 'holds a character that cannot be stored: U+0000, or half of a surrogate pair'

function isStorable(text: string): boolean {
  return !text.includes('\0') && text.isWellFormed()
}
