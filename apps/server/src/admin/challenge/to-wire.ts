import type { Challenge } from '@chancery/api'
import type { ScepProfile } from '@chancery/ra'
import type { ChallengeEntry } from '@chancery/store'

export function challengeToWire(entry: ChallengeEntry, { name }: Pick<ScepProfile, 'name'>): Challenge {
  const { subjectAltNames, createdAt, expiresAt, revokedAt, usedBy, ...same } = entry
  return {
    ...same,
    scepProfile: name,
    subjectAltNames: subjectAltNames === null ? null : [...subjectAltNames],
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
    revokedAt: revokedAt?.toISOString() ?? null,
    usedBy: usedBy.map(({ transactionUuid, at, ...user }) => ({
      transaction: transactionUuid,
      at: at.toISOString(),
      ...user,
    })),
  }
}
