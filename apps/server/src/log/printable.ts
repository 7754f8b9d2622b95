// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/
const EVERY_CONTROL = new RegExp(CONTROL, 'g')

/** Text of a peer as it may stand in a log: cut, and without characters that a terminal or a viewer would obey (S-7-17). */
export function printable(text: string, longest = 200): string {
  const cut = text.length > longest ? `${text.slice(0, longest)}…` : text
  if (!CONTROL.test(cut)) return cut
  return cut.replace(EVERY_CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
