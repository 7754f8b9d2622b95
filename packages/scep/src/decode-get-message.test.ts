import { expect, test } from 'vitest'
import { decodeGetMessage } from './decode-get-message.ts'
import { ScepError } from './scep-error.ts'

// 0xfb 0xef 0xff … gives '+' and '/' in base64; 61 octets give padding.
const BYTES = Buffer.from(Array.from({ length: 61 }, (_, index) => (index % 2 === 0 ? 0xfb : 0xff)))
const BASE64 = BYTES.toString('base64')

test.each([
  ['S-4.1-06 percent-escaped, as it should be', encodeURIComponent(BASE64)],
  ['S-4.1-07 N-04 unescaped + / = (macOS, jscep)', BASE64],
  ['S-4.1-07 only = escaped', BASE64.replaceAll('=', '%3D')],
  ['S-4.1-07 + already turned into a blank (iOS 11)', BASE64.replaceAll('+', '%20')],
  ['S-4.1-07 a line break every 64 characters (sscep, strongSwan)', lines(encodeURIComponent, '%0A')],
  ['S-4.1-07 CR LF every 64 characters', lines(encodeURIComponent, '%0D%0A')],
  ['S-4.1-07 padding missing', encodeURIComponent(BASE64.replaceAll('=', ''))],
  ['S-4.1-07 base64url (micromdm before 2026)', BYTES.toString('base64url')],
  ['escaped twice', encodeURIComponent(encodeURIComponent(BASE64))],
])('%s decodes to the same bytes', (_, text) => {
  expect(decodeGetMessage(`operation=PKIOperation&message=${text}`)).toEqual(BYTES)
})

test('S-4.1-14 order, letter case and foreign parameters do not matter', () => {
  const message = encodeURIComponent(BASE64)
  expect(decodeGetMessage(`?x&Message=${message}&operation=PKIOperation&mac=00`)).toEqual(BYTES)
})

test.each([
  ['operation=PKIOperation&message=%%%'],
  ['operation=PKIOperation&message=@@@@'],
  ['operation=PKIOperation&message='],
  ['operation=PKIOperation'],
  [''],
  ['message=A'],
  ['message=AAAA=AAA'],
  ['message=MIIB%00AAA'],
  ['message=<html>'],
])('S-4.1-08 N-05 "%s" is refused as not base64', (query) => {
  expect(() => decodeGetMessage(query)).toThrow(expect.objectContaining({ reason: 'not_base64' }))
  expect(() => decodeGetMessage(query)).toThrow(ScepError)
})

function lines(percent: (text: string) => string, separator: string): string {
  return (BASE64.match(/.{1,64}/g) ?? []).map(percent).join(separator)
}
