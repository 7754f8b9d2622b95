/**
 * Octets written as hexadecimal digits: plain, in pairs with blanks, commas or colons, or as `xxd`, `hexdump -C` and
 * Wireshark print them, with an offset before and the characters behind.
 * @returns undefined when the text is anything else
 */
export function decodeHexDump(text: string): Buffer | undefined {
  const lines = text.split(/[\r\n]+/).filter((line) => line.trim() !== '')
  const columns = OFFSET.exec(lines[0] ?? '') !== null
  const digits: string[] = []
  for (const line of lines) {
    const octets = columns ? dumped(line) : plain(line)
    if (octets === undefined) return undefined
    digits.push(octets)
  }
  const joined = digits.join('')
  return joined === '' ? undefined : Buffer.from(joined, 'hex')
}

/** A dump begins at zero, and no message does. */
const OFFSET = /^\s{0,8}0{4,8}(?::|\s)/

function dumped(line: string): string | undefined {
  const offset = /^\s{0,8}[0-9a-fA-F]{4,8}(:?)(?:\s|$)/.exec(line)
  if (offset === null) return undefined
  const rest = line.slice(offset[0].length).trimStart()
  // xxd has two blanks before the characters; the others have two in the middle of the octets, and more or a bar then.
  const characters = rest.search(offset[1] === ':' ? /\s\s/ : /\s\s\s|\|/)
  return plain(characters === -1 ? rest : rest.slice(0, characters))
}

function plain(line: string): string | undefined {
  const tokens = line.split(/[\s:,]+/).map((token) => token.replace(/^0x/i, ''))
  if (tokens.some((token) => !/^(?:[0-9a-fA-F]{2})*$/.test(token))) return undefined
  return tokens.join('')
}
