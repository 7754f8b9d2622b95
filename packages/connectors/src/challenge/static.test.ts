import { Secret } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import { question } from '../sample-question.ts'
import { staticChallenge } from './static.ts'

function ask(configured: string | undefined, challenge: string) {
  return staticChallenge(configured === undefined ? undefined : new Secret(configured)).validate(
    question({ challenge: new Secret(challenge) }),
  )
}

describe('the static challenge', () => {
  test('S-2.4-02 lets in who knows it, as often as they ask', () => {
    expect(ask('hunter2', 'hunter2')).toEqual({ verdict: 'accepted' })
  })

  test('S-2.4-03 refuses every other one', () => {
    for (const wrong of ['hunter3', 'hunter', 'hunter22', 'HUNTER2', ' hunter2', '']) {
      expect(ask('hunter2', wrong)).toMatchObject({ verdict: 'refused' })
    }
  })

  test('D-3.2.1-01 S3 refuses everybody while none is configured, an empty challenge too', () => {
    for (const configured of [undefined, '']) {
      for (const challenge of ['', 'hunter2', 'undefined', 'null']) {
        expect(ask(configured, challenge)).toEqual({
          verdict: 'refused',
          detail: 'the profile has no static challenge',
        })
      }
    }
  })

  test('S-2.4-10 is named in no verdict', () => {
    expect(JSON.stringify(ask('hunter2', 'hunter3'))).not.toMatch(/hunter/)
  })
})
