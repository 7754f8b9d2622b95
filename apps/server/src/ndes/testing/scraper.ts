/** What a program that manages devices takes from the page, looked for as several of them do. */
export interface Scraped {
  readonly text: string
  readonly thumbprint: string | undefined
  readonly challenge: string | undefined
  readonly isFull: boolean
  readonly hasNoRight: boolean
}

/** UTF-16 in the order of the mark, as most read it; without a mark, as Windows writes it. */
export function scrape(body: Buffer): Scraped {
  const text = new TextDecoder('utf-16le', { fatal: true }).decode(body)
  const bold = (label: RegExp) => new RegExp(`${label.source} <B> ([^<]*) </B>`, 'i').exec(text)?.[1]
  const challenge = bold(/The enrollment challenge password is:/)
  return {
    text,
    challenge,
    thumbprint: bold(/The thumbprint \(hash value\) for the CA certificate is:/)?.replaceAll(' ', ''),
    isFull: text.includes('The password cache is full.'),
    hasNoRight: text.includes('You do not have sufficient permission to enroll with SCEP.'),
  }
}

/** Other ways to find the same, each as brittle as the next program's. */
export const OTHER_WAYS: Readonly<Record<string, (text: string) => string | undefined>> = {
  'up to the sentence behind it': (text) => {
    const label = 'The enrollment challenge password is: <B> '
    return text.slice(text.indexOf(label) + label.length, text.indexOf(' </B> <P> This password can be used only once'))
  },
  'up to the last </B>': (text) => {
    const label = 'password is: <B> '
    return text.slice(text.indexOf(label) + label.length, text.lastIndexOf('</B>')).trim()
  },
  'behind the tag that follows the label': (text) => {
    const parts = text.split('>')
    return parts[parts.findIndex((part) => part.indexOf('The enrollment challenge password is: <B') === 1) + 1]
      ?.replace('</B', '')
      .trim()
  },
  'the first word of sixteen capitals and digits': (text) =>
    text.split(/\s+/).find((word) => /^[A-F0-9]{16}/.test(word)),
  'sixteen to thirty-two of them in bold': (text) =>
    /challenge password is: <B> ([A-Z0-9]{16,32}) <\/B>/.exec(text)?.[1],
}
