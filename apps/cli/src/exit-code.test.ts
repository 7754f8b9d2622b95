import { readFileSync } from 'node:fs'
import { FAIL_INFO } from '@chancery/scep'
import { expect, test } from 'vitest'
import { EXIT, exitCodeHelp, exitOfFailInfo } from './exit-code.ts'

test('S-3.2.1.4-18 every outcome has an exit code of its own, and failInfo n is 10 + n', () => {
  const codes = Object.values(EXIT).map(({ code }) => code)
  expect(new Set(codes).size).toBe(codes.length)
  for (const [name, digit] of Object.entries(FAIL_INFO)) {
    expect(EXIT[exitOfFailInfo(name as keyof typeof FAIL_INFO)].code).toBe(10 + Number(digit))
  }
  expect(EXIT[exitOfFailInfo(undefined)].code).toBe(4)
})

test('README.md has the same table', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const rows = [...readme.matchAll(/^\| (\d+) \| (.+) \|$/gm)].map((match) => [Number(match[1]), match[2]])
  expect(rows).toEqual(Object.values(EXIT).map(({ code, meaning }) => [code, meaning]))
})

test('the help lists every exit code', () => {
  for (const { code } of Object.values(EXIT)) expect(exitCodeHelp()).toMatch(new RegExp(`^ +${code}  `, 'm'))
})
