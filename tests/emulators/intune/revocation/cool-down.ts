import type { EmulatorState } from '../state.ts'
import type { RevocationRequest } from './queue.ts'

/** Which of the open requests may be offered now. */
export function offerable(
  state: EmulatorState,
  tenant: string,
  issuer: string | null,
  open: readonly RevocationRequest[],
): readonly RevocationRequest[] {
  const { coolDown } = state.flags.revocation
  if (coolDown === 'off') return open
  if (coolDown === 'item') return open.filter(({ deliveredAt }) => !isCool(state, deliveredAt))
  return isCool(state, state.revocations.coolDownSince.get(clockOf(coolDown, tenant, issuer))) ? [] : open
}

/** Starts the cool-down of a download, or starts it anew. */
export function startCoolDown(state: EmulatorState, tenant: string, issuer: string | null, offered: number): void {
  const { coolDown, startsOn } = state.flags.revocation
  if (coolDown === 'off' || coolDown === 'item') return
  if (startsOn === 'nonEmpty' && offered === 0) return
  state.revocations.coolDownSince.set(clockOf(coolDown, tenant, issuer), state.clock.now())
}

const clockOf = (coolDown: 'tenant' | 'issuer', tenant: string, issuer: string | null): string =>
  coolDown === 'tenant' ? tenant : `${tenant}/${issuer ?? ''}`

function isCool({ clock, flags }: EmulatorState, since: Date | undefined): boolean {
  const length = flags.revocation.coolDownMinutes * 60_000
  return since !== undefined && clock.now().getTime() - since.getTime() < length
}
