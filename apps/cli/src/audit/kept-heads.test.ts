import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readHead, readHeadsOfLog } from './kept-heads.ts'

const [ONE, TWO] = ['1'.repeat(64), '2'.repeat(64)]
const fileOf = (text: string) => {
  const file = join(mkdtempSync(join(tmpdir(), 'chancery-cli-')), 'server.log')
  writeFileSync(file, text)
  return file
}

test('heads are read from JSON lines and from lines for people, each once, whatever stands between them', () => {
  const lines = [
    `{"level":30,"time":"2026-03-01T12:00:00.000Z","seq":8,"head":"${ONE}","msg":"audit head"}`,
    'chancery listening on http://127.0.0.1:8080',
    `12:00:01 info  audit head seq=9 head=${TWO}`,
    `12:00:01 info  audit head seq=9 head=${TWO}`,
    'audit head, cut off: {"seq":10,"head":"22',
  ]
  expect(readHeadsOfLog(fileOf(lines.join('\n')))).toEqual([
    { seq: 8, head: ONE },
    { seq: 9, head: TWO },
  ])
})

test('a log without a head and a head that is none are told, not passed over', () => {
  expect(() => readHeadsOfLog(fileOf('nothing\n'))).toThrow('There is no "audit head" line')
  expect(() => readHeadsOfLog('/nowhere/server.log')).toThrow('cannot be read')
  for (const text of ['', '8', `0:${ONE}`, `8:${ONE}0`, `x:${ONE}`]) expect(() => readHead(text)).toThrow('SEQ:HEX')
  expect(readHead(`8:${ONE}`)).toEqual({ seq: 8, head: ONE })
})
