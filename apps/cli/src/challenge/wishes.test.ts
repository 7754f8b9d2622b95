import { expect, test } from 'vitest'
import { parseCsv, toCsv } from './csv.ts'
import { parseWishes } from './wishes.ts'

test('a line is a subject, and the names that go with it behind semicolons', () => {
  const text = `# of the branch
CN=printer1,O=Big Co; DNS:printer1.example; IP:192.0.2.1

CN=semi\\;colon,O=x
CN=printer2;
`
  expect(parseWishes(text)).toEqual([
    { subject: 'CN=printer1,O=Big Co', subjectAltNames: ['DNS:printer1.example', 'IP:192.0.2.1'] },
    { subject: 'CN=semi\\;colon,O=x' },
    { subject: 'CN=printer2' },
  ])
})

test('CSV has a header, fields in quotes, and several names in a field', () => {
  const text = '\uFEFFSubject,SubjectAltNames\r\n"CN=a,O=""Big"" Co",DNS:a.example DNS:b.example\r\nCN=b,\r\n,DNS:c\r\n'
  expect(parseWishes(text)).toEqual([
    { subject: 'CN=a,O="Big" Co', subjectAltNames: ['DNS:a.example', 'DNS:b.example'] },
    { subject: 'CN=b' },
    { subjectAltNames: ['DNS:c'] },
  ])
  expect(parseWishes('subject\nCN=a\n')).toEqual([{ subject: 'CN=a' }])
})

test('a header that is not understood is refused, and so is a stray quote', () => {
  for (const text of ['subject,owner\nCN=a,me\n', 'name\nprinter1\n'])
    expect(() => parseWishes(text)).toThrow('The header')
  expect(() => parseWishes('subject\nCN="a\n')).toThrow('Row 2')
  expect(parseWishes('')).toEqual([])
})

test('what is written as CSV is read back as it was', () => {
  const rows = [
    ['a', 'b,c', 'd"e', ''],
    ['x\ny', '', 'CN=é', 'z'],
  ]
  expect(parseCsv(toCsv(rows))).toEqual(rows)
})
