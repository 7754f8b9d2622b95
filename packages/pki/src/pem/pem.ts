import { PkiError } from '../pki-error.ts'

/** Textual encoding of RFC 7468: lines of 64 characters. */
export function encodePem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.map((line) => `${line}\n`).join('')}-----END ${label}-----\n`
}

/**
 * The blocks of a text in their order; text between them is skipped.
 * @param label only blocks with it
 * @throws {PkiError} when there is none, or one is damaged
 */
export function decodePem(text: string, label?: string): Buffer[] {
  const blocks: Buffer[] = []
  for (const { name, body } of blocksOf(text)) {
    if (label === undefined || name === label) blocks.push(decodeBase64(body))
  }
  if (blocks.length === 0) throw new PkiError('ERR_PKI_INVALID', `no ${label ?? 'PEM'} block found`)
  return blocks
}

function* blocksOf(text: string): Generator<{ name: string; body: string }> {
  const begin = /^-----BEGIN ([ -,.-~]{0,100})-----[ \t]*\r?$/gm
  for (let found = begin.exec(text); found !== null; found = begin.exec(text)) {
    const name = found[1] as string
    const marker = `-----END ${name}-----`
    const end = text.indexOf(marker, begin.lastIndex)
    if (end < 0) throw new PkiError('ERR_PKI_INVALID', `${name} block has no end`)
    yield { name, body: text.slice(begin.lastIndex, end) }
    begin.lastIndex = end + marker.length
  }
}

/** Buffer.from skips what is not base64, so the alphabet is checked here. */
function decodeBase64(body: string): Buffer {
  const digits = body.replace(/[ \t\r\n]+/g, '')
  if (digits.length === 0 || digits.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(digits))
    throw new PkiError('ERR_PKI_INVALID', 'PEM block is not base64')
  return Buffer.from(digits, 'base64')
}
