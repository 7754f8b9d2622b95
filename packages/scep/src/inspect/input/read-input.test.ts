import { spawnSync } from 'node:child_process'
import { encodePem } from '@chancery/pki'
import { describe, expect, test } from 'vitest'
import { message } from '../../testing/exchange.ts'
import { readInput } from './read-input.ts'

const MESSAGE = message()
const BASE64 = MESSAGE.toString('base64')
const ESCAPED = encodeURIComponent(BASE64)
const pairs = (separator: string) => MESSAGE.toString('hex').replace(/..(?=.)/g, `$&${separator}`)

/** What `xxd`, `hexdump -C` and Wireshark print, by hand: none of them need be here. */
const dump = (line: (offset: number, octets: Buffer) => string): string => {
  const lines: string[] = []
  for (let at = 0; at < MESSAGE.length; at += 16) lines.push(line(at, MESSAGE.subarray(at, at + 16)))
  return lines.join('\n')
}
const hex = (octets: Buffer, every: number) =>
  octets.toString('hex').replace(new RegExp(`.{${every * 2}}(?=.)`, 'g'), '$& ')
const characters = (octets: Buffer) => octets.toString('latin1').replace(/[^\x20-\x7e]/g, '.')
const at = (offset: number, width: number) => offset.toString(16).padStart(width, '0')

const xxd = dump((offset, octets) => `${at(offset, 8)}: ${hex(octets, 2).padEnd(39)}  ${characters(octets)}`)
const canonical = dump(
  (offset, octets) =>
    `${at(offset, 8)}  ${hex(octets.subarray(0, 8), 1).padEnd(23)}  ${hex(octets.subarray(8), 1).padEnd(23)}  |${characters(octets)}|`,
)
const wireshark = dump((offset, octets) => `${at(offset, 4)}  ${hex(octets, 1).padEnd(47)}   ${characters(octets)}`)

describe('the same message is read from', () => {
  test.each([
    ['octets', MESSAGE, 'binary'],
    ['PEM', encodePem('CMS', MESSAGE), 'pem'],
    [
      'PEM with text around it and CRLF',
      `subject=x\r\n${encodePem('PKCS7', MESSAGE).replaceAll('\n', '\r\n')}\r\n`,
      'pem',
    ],
    ['PEM without its end', encodePem('CMS', MESSAGE).replace(/-----END.*/, ''), 'pem'],
    ['base64', BASE64, 'base64'],
    ['base64 in lines', (BASE64.match(/.{1,64}/g) ?? []).join('\n'), 'base64'],
    ['base64url without padding', MESSAGE.toString('base64url'), 'base64'],
    ['escaped base64', ESCAPED, 'base64'],
    ['base64 in UTF-16', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(BASE64, 'utf16le')]), 'base64'],
    ['base64 behind a byte order mark', `\ufeff${BASE64}`, 'base64'],
    ['hexadecimal', MESSAGE.toString('hex'), 'hexadecimal'],
    ['hexadecimal in pairs', pairs(' '), 'hexadecimal'],
    ['hexadecimal with colons', pairs(':').toUpperCase(), 'hexadecimal'],
    ['hexadecimal as in C', `0x${pairs(', 0x')}`, 'hexadecimal'],
    ['xxd', xxd, 'hexadecimal'],
    ['hexdump -C', `${canonical}\n${at(MESSAGE.length, 8)}\n`, 'hexadecimal'],
    ['Wireshark', wireshark, 'hexadecimal'],
    ['a URL', `http://ca.example/scep/a?operation=PKIOperation&message=${ESCAPED}`, 'url'],
    ['a path, message first', `/cgi-bin/pkiclient.exe?message=${ESCAPED}&operation=PKIOperation`, 'url'],
    ['a query alone', `operation=PKIOperation&message=${BASE64}`, 'url'],
    ['a request line', `GET /scep?operation=PKIOperation&message=${ESCAPED} HTTP/1.0`, 'url'],
    ['a whole GET', `GET /scep?operation=PKIOperation&message=${ESCAPED} HTTP/1.1\r\nHost: x\r\n\r\n`, 'url'],
    [
      'a line of an access log',
      `192.0.2.1 - - "GET /scep?operation=PKIOperation&message=${ESCAPED} HTTP/1.1" 200`,
      'url',
    ],
    ['a whole POST', Buffer.concat([Buffer.from('POST /scep HTTP/1.1\r\nHost: x\r\n\r\n'), MESSAGE]), 'binary'],
    ['an answer with its head', Buffer.concat([Buffer.from('HTTP/1.1 200 OK\nA: b\n\n'), MESSAGE]), 'binary'],
  ])('%s', (_, given, encoding) => {
    const input = readInput(Buffer.from(given))
    expect(input.encoding).toBe(encoding)
    expect(input.bytes.equals(MESSAGE)).toBe(true)
  })

  test('the xxd that is here', ({ skip }) => {
    const { status, stdout } = spawnSync('xxd', [], { input: MESSAGE, encoding: 'utf8' })
    skip(status !== 0)
    expect(readInput(Buffer.from(stdout)).bytes.equals(MESSAGE)).toBe(true)
  })
})

test('a GET of something else has no octets', () => {
  const { query, bytes } = readInput(Buffer.from('http://ca.example/scep?operation=GetCACert&message=CAIdentifier'))
  expect(query).toMatchObject({ operation: 'GetCACert', rawMessage: 'CAIdentifier', fault: undefined })
  expect(bytes).toHaveLength(0)
})

test('a message parameter that is no base64 is told as a fault', () => {
  const { query } = readInput(Buffer.from('/scep?operation=PKIOperation&message=%%%'))
  expect(query?.fault).toBe('the message parameter is not base64')
})

test('what is none of it stays text', () => {
  for (const text of ['<html><a href="?message=x">', 'AES\nSHA-1\n', 'not base64!', '30 8!']) {
    expect(readInput(Buffer.from(text))).toMatchObject({ encoding: 'text', text })
  }
})
