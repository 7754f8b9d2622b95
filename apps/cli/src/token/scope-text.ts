import type { Token } from '@chancery/api'
import { printable } from '../terminal/printable.ts'

/** `scep:printers ra:tls`; of one that is good for all profiles, `all`. */
export function scopeText(scope: Token['scope']): string {
  if (scope === null) return 'all'
  const { scepProfiles, raProfiles } = scope
  return [...scepProfiles.map((name) => `scep:${name}`), ...raProfiles.map((name) => `ra:${name}`)]
    .map((name) => printable(name))
    .join(' ')
}
