import type { NewChallenge } from '@chancery/ra'
import type { Deed } from './admin-event.ts'

/** The first one stands for all that were made with it. */
export function challengeDeed(first: NewChallenge, scepProfile: string, count: number): Deed {
  const { uuid, uses, subject, subjectAltNames, origin, expiresAt } = first
  const after = { uses, subject, subjectAltNames, origin, expiresAt: expiresAt.toISOString() }
  return {
    action: 'challenge.create',
    object: { kind: 'challenge', uuid, name: scepProfile },
    detail: count === 1 ? { after } : { after, count },
  }
}
