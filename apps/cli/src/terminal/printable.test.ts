import { expect, test } from 'vitest'
import { printable } from './printable.ts'

test('S-3.2.1.4-02 escape sequences, line breaks and direction marks do not reach the terminal', () => {
  expect(printable('no\u001b[2J\u001b]0;x\u0007\r\nchancery: ok\u202e\u2028!')).toBe('no [2J ]0;x chancery: ok !')
})

test('other languages are left alone', () => {
  expect(printable('žádost zamítnuta: 拒否')).toBe('žádost zamítnuta: 拒否')
})
