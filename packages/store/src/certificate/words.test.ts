import { expect, test } from 'vitest'
import { searchedWords, withoutNameType, wordsOf } from './words.ts'

const has = (name: string, search: string) => {
  const words = [...wordsOf([name])]
  return searchedWords(search).every(({ prefix }) => words.some((word) => word.startsWith(prefix)))
}

test('a name is cut into words, and into what follows from each word on', () => {
  expect([...wordsOf(['CN=Printer-1.example.com,O=Acme GmbH'])]).toEqual([
    ...['printer', '1', 'example', 'com'],
    ...['/printer-1.example.com', '/1.example.com', '/example.com'],
    ...['acme', 'gmbh'],
  ])
})

test.each([
  ['print'],
  ['PRINTER'],
  ['printer-1'],
  ['printer-1.exam'],
  ['example.com'],
  ['1.example'],
  ['CN=printer'],
  ['acme printer'],
  ['"Acme"'],
  ['(acme)'],
  ['printer-'],
])('"%s" finds a printer', (search) => expect(has('CN=Printer-1.example.com,O=Acme GmbH', search)).toBe(true))

test.each([
  ['rinter'],
  ['printer.1'],
  ['xample.com'],
  ['com.example'],
  ['acme router'],
  ['printer-1.example.com.evil'],
])('"%s" does not', (search) => expect(has('CN=Printer-1.example.com,O=Acme GmbH', search)).toBe(false))

test.each([
  ['CN=Ünïversität', 'ÜNÏ'],
  ['CN=Ünïversität', 'u\u0308ni\u0308v'],
  ['CN=测试设备', '测试'],
  ['CN=ﬁle', 'file'],
  ['CN=😀 pump', '😀'],
  ['CN=a\\, b\\=c', 'b c'],
  ['CN=zero\u200dwidth', 'zerowidth'],
])('%s is found by %s, however it is written', (name, search) => expect(has(name, search)).toBe(true))

test.each(['', ' ', '...', `'`, '%', '_%_', '"; --', '\0', '\ud800', '====', '/'])(
  'of "%s" there is no word to look for, or one that no name has',
  (search) => expect(searchedWords(search).every(({ prefix }) => !has('CN=printer', prefix))).toBe(true),
)

test('a transactionID in base64 keeps what stands in it', () => {
  expect(has('Ab3/x+Yz==', 'ab3/x')).toBe(true)
  expect(has('Ab3/x+Yz==', 'Ab3/x+Yz==')).toBe(true)
})

test('the kind of a name is no word of it', () => {
  expect(['DNS:a.example', 'IP:2001:db8::1', 'URI:https://x', 'a.example'].map(withoutNameType)).toEqual([
    ...['a.example', '2001:db8::1', 'https://x', 'a.example'],
  ])
})

test('of names without end few and short words are kept, and a long one is found by all of it', () => {
  const long = 'x'.repeat(5000)
  const words = [...wordsOf([long, 'a.'.repeat(5000), Array.from({ length: 5000 }, (_, i) => `w${i}`).join(' ')])]
  expect(words.length).toBeLessThan(130)
  expect(Math.max(...words.map((word) => word.length))).toBeLessThan(140)
  expect(has(long, long)).toBe(true)
})
