import { createHash } from 'node:crypto'

/**
 * The pages of NDES, as programs that manage devices take them apart: words, blanks and `<B>` are what they look for, so
 * they are the interface and stand here to the letter. `</B>` and " minutes" stand behind the password once each.
 */

export interface NewPassword {
  /** DER of the CA certificate. */
  readonly caCertificate: Buffer
  readonly challenge: string
  readonly minutes: number
}

export function passwordPage({ caCertificate, challenge, minutes }: NewPassword): Buffer {
  return page(
    `The thumbprint (hash value) for the CA certificate is: <B> ${thumbprint(caCertificate)} </B>`,
    `The enrollment challenge password is: <B> ${escaped(challenge)} </B>`,
    `This password can be used only once and will expire within ${minutes} minutes.`,
    'Each enrollment requires a new challenge password. You can refresh this web page to obtain a new challenge password.',
  )
}

/** @param most of one profile */
export function cacheFullPage(most: number): Buffer {
  return page(
    'The password cache is full.',
    `There are ${most} challenges of this page that nobody has used yet. Wait until devices use them or until they expire, or revoke some.`,
  )
}

export function noRightPage(): Buffer {
  return page('You do not have sufficient permission to enroll with SCEP. Please contact your system administrator.')
}

/** Anything else, in sentences. */
export function sentencePage(...sentences: readonly string[]): Buffer {
  return page(...sentences.map(escaped))
}

/** UTF-16 with its mark: NDES sends it without, and who reads it looks for the mark or for zeros. */
function page(...paragraphs: readonly string[]): Buffer {
  const body = paragraphs.map((paragraph) => ` <P> ${paragraph}`).join('')
  const html = `<HTML><Head><Title>Network Device Enrollment Service</Title></Head><Body> <P> Network Device Enrollment Service${body} </P></Body></HTML>`
  return Buffer.from(`\uFEFF${html}`, 'utf16le')
}

/** MD5 in groups of eight digits: nothing rests on it here, and what reads the page expects no other. */
function thumbprint(certificate: Buffer): string {
  const digits = createHash('md5').update(certificate).digest('hex').toUpperCase()
  return (digits.match(/.{8}/g) ?? []).join(' ')
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ESCAPES[character] as string)
}
