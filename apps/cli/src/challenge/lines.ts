import { CHALLENGE_STATES, type Challenge } from '@chancery/api'
import { printable } from '../terminal/printable.ts'

/** One line a challenge: what to call it by, where it stands, and for whom it is. */
export function challengeLine({ uuid, state, uses, remainingUses, expiresAt, subject, maker }: Challenge): string {
  const left = `${remainingUses}/${uses}`
  return `${uuid}  ${state.padEnd(7)}  ${left.padStart(7)}  ${expiresAt}  ${printable(`${subject ?? 'any subject'}, by ${maker}`)}`
}

export function challengeLines(challenge: Challenge): string[] {
  const { state, uses, remainingUses, subject, subjectAltNames, createdAt, expiresAt, revokedAt, maker, origin } =
    challenge
  const rows: readonly (readonly [string, string])[] = [
    ['state', `${state}: ${CHALLENGE_STATES[state]}`],
    ['profile', challenge.scepProfile],
    ['uses', `${remainingUses} of ${uses} left`],
    ['subject', subject ?? 'any'],
    ['names', subjectAltNames === null ? 'any' : subjectAltNames.join(', ') || 'none'],
    ['created', `${createdAt} by ${maker}${origin === 'ndes-page' ? ', on the NDES page' : ''}`],
    ['expires', expiresAt],
    ...(revokedAt === null ? [] : [['revoked', revokedAt] as const]),
    ...challenge.usedBy.map(userRow),
    ['uuid', challenge.uuid],
  ]
  return rows.map(([name, value]) => `${name.padEnd(8)}  ${printable(value)}`)
}

function userRow({ transaction, use, at, endpoint, certificateUuid }: Challenge['usedBy'][number]) {
  const where = endpoint === null ? '' : ` at ${endpoint}`
  const what = certificateUuid === null ? '' : `, certificate ${certificateUuid}`
  return ['used by', `${transaction}${where}, ${use} ${at}${what}`] as const
}
