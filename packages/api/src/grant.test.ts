import { expect, test } from 'vitest'
import { type Grant, reachOf } from './grant.ts'

const at = (...scepProfiles: string[]) => ({ scepProfiles, raProfiles: [] })

test.each<[string, readonly Grant[], ReturnType<typeof reachOf>]>([
  ['no grant reaches nothing', [], undefined],
  ['a role that has not the right reaches nothing', [{ role: 'viewer' }], undefined],
  ['a role without a scope reaches everything', [{ role: 'operator' }], 'everywhere'],
  ['a scope narrows it', [{ role: 'operator', scope: at('a') }], at('a')],
  [
    'scopes add up',
    [
      { role: 'operator', scope: at('a') },
      { role: 'enroller', scope: at('a', 'b') },
    ],
    at('a', 'b'),
  ],
  [
    'what is granted everywhere is not narrowed by another grant',
    [
      { role: 'operator', scope: at('a') },
      { role: 'administrator', scope: null },
    ],
    'everywhere',
  ],
  [
    'a grant everywhere of another right widens nothing',
    [{ role: 'operator', scope: at('a') }, { role: 'viewer' }],
    at('a'),
  ],
  ['an empty scope reaches nothing of any profile', [{ role: 'operator', scope: at() }], at()],
])('%s', (_, grants, reach) => expect(reachOf(grants, 'challenge.create')).toEqual(reach))
