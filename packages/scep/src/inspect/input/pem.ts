import { decodeBase64 } from '../../decode-get-message.ts'
import { count } from '../count.ts'

/**
 * The first block of PEM in a text, as lenient as base64 allows: headers, odd labels and missing ends are in the field.
 * @returns undefined when there is none
 */
export function decodePemText(text: string): { readonly bytes: Buffer; readonly notes: readonly string[] } | undefined {
  const blocks = [...text.matchAll(BLOCK)]
  for (const [, label = '', body = ''] of blocks) {
    const bytes = decodeBase64(body.replace(/\s+/g, ''))
    if (bytes === undefined || bytes.length === 0) continue
    const others = blocks.length - 1
    const more =
      others === 0 ? [] : [`${count(others, 'further block')} of PEM ${others === 1 ? 'is' : 'are'} not looked at`]
    return { bytes, notes: [`PEM labelled ${label || '(nothing)'}`, ...more] }
  }
  return undefined
}

const BLOCK = /-----BEGIN ([^-\r\n]{0,100})-----([^-]*)(?:-----END [^-\r\n]{0,100}-----)?/g
