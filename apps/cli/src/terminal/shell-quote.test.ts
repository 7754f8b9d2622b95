import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { shellQuote } from './shell-quote.ts'

test.each(['CN=device1', 'CN=a b,O=c', "O=L'Été", '$(rm -rf x)', '`x`', 'a\\b', '', '!x', '*'])(
  'a shell reads %j back as it was',
  (word) => {
    expect(execFileSync('sh', ['-c', `printf %s ${shellQuote(word)}`], { encoding: 'utf8' })).toBe(word)
  },
)
