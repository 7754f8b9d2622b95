import { readFileSync } from 'node:fs'
import type { AuditHead } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'

/** @throws {CliFailure} */
export function readHead(text: string): AuditHead {
  const [, seq, head] = /^([1-9]\d{0,14}):([0-9a-fA-F]{64})$/.exec(text) ?? []
  if (seq === undefined || head === undefined) {
    throw new CliFailure('failed', `--head wants SEQ:HEX as "audit verify" and the log print it, not "${text}".`)
  }
  return { seq: Number(seq), head: head.toLowerCase() }
}

/**
 * Every `audit head` of a log, as JSON lines or as a terminal shows it; other lines are passed over. The same one twice is one.
 * @throws {CliFailure} the file cannot be read, or has none
 */
export function readHeadsOfLog(file: string): AuditHead[] {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    throw new CliFailure('failed', `${file} cannot be read.`, { cause })
  }
  const found = new Map<string, AuditHead>()
  for (const line of text.split('\n')) {
    if (!line.includes('audit head')) continue
    const seq = /\bseq"?[=:]\s*"?(\d{1,15})\b/.exec(line)?.[1]
    const head = /\bhead"?[=:]\s*"?([0-9a-f]{64})\b/.exec(line)?.[1]
    if (seq !== undefined && head !== undefined) found.set(`${seq}:${head}`, { seq: Number(seq), head })
  }
  if (found.size === 0) {
    throw new CliFailure('failed', `There is no "audit head" line in ${file}.`, {
      nextStep: 'Give the log of the server, at level info or more. Without one, leave --log out.',
    })
  }
  return [...found.values()]
}
