import type { Fulfilment } from '@chancery/ra'

/** What was done for one connection. */
export class Tally {
  /** By name of the profile. */
  readonly revoked = new Map<string, number>()
  readonly others = new Map<Exclude<Fulfilment['status'], 'revoked'>, number>()
  reported = 0
  readonly troubles = new Set<string>()

  count({ status }: Fulfilment, profile: string): void {
    if (status === 'revoked') this.revoked.set(profile, (this.revoked.get(profile) ?? 0) + 1)
    else this.others.set(status, (this.others.get(status) ?? 0) + 1)
  }

  /** Empty: nothing was done. */
  toString(): string {
    const revoked = [...this.revoked].sort().map(([profile, count]) => `${count} revoked for ${profile}`)
    const others = [...this.others].map(([status, count]) => `${count} ${WORDS[status]}`)
    const reported = this.reported === 0 ? [] : [`${this.reported} reported`]
    return [...revoked, ...others, ...reported, ...this.troubles].join(', ')
  }
}

const WORDS = {
  already: 'revoked before',
  refused: 'refused',
  ignored: 'left alone',
  failed: 'failed',
} as const
