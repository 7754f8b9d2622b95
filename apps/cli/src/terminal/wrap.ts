/** Breaks text at blanks into lines of at most so many characters; a longer word is broken between its octets. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > width) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
    while (line.length > width) {
      const at = breakAt(line, width)
      lines.push(line.slice(0, at))
      line = line.slice(at)
    }
  }
  return line === '' && lines.length > 0 ? lines : [...lines, line]
}

/** Behind a colon of a fingerprint or a URL; of digits an even number. */
function breakAt(line: string, width: number): number {
  const colon = line.lastIndexOf(':', width - 1)
  return colon > width / 2 ? colon + 1 : width - (width % 2)
}
