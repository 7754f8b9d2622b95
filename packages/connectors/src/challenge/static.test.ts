import { nameFromText } from '@chancery/pki'
import { Secret, type TransactionId } from '@chancery/scep'
import { describe, expect, test } from 'vitest'
import { staticChallenge } from './static.ts'

function ask(configured: string | undefined, challenge: string) {
  return staticChallenge(configured === undefined ? undefined : new Secret(configured)).validate({
    scepProfileId: 1,
    challenge: new Secret(challenge),
    subject: nameFromText('CN=a'),
    subjectAltNames: [],
    transactionId: 'T' as TransactionId,
    now: new Date('2026-01-15T12:00:00Z'),
  })
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
