import { type Authority, type AuthorityStatus, GENERATION_STATES, type Generation } from '@chancery/api'
import { printable } from '../terminal/printable.ts'

/** One line an authority: its name, its current CA, and the next one if there is one. */
export function summaryLine({ name, enabled, request, generations }: Authority): string {
  const current = generations.find(({ state }) => state === 'current')
  const next = generations.find(({ state }) => state === 'next')
  const parts = [
    name,
    current === undefined ? 'no current CA' : `${current.subject}, until ${current.notAfter}`,
    ...(enabled ? [] : ['disabled']),
    ...(request === null ? [] : ['a request waits for its certificate']),
    ...(next === undefined ? [] : [`next CA ${takesOver(next)}`]),
  ]
  return parts.map(printable).join('  ')
}

/** An authority with the generations of its CA, as a person reads it. */
export function authorityLines(authority: Authority): string[] {
  const { name, kind, uuid, description, enabled, settings, secretsSet, request, generations } = authority
  return [
    ...rows([
      ['name', name],
      ['kind', kind],
      ['uuid', uuid],
      ['enabled', enabled ? 'yes' : 'no: devices are refused'],
      ...(description === null ? [] : [['note', description] as const]),
      // What the server keeps for itself is an object; what people set is a word or a number.
      ...Object.entries(settings)
        .filter(([, value]) => typeof value !== 'object')
        .map(([field, value]) => ['setting', `${field}=${String(value)}`] as const),
      ...secretsSet.map((field) => ['secret', `${field} is set`] as const),
      ...(request === null
        ? []
        : [['request', `${request.subject}, ${request.keyType}: waits for its certificate`] as const]),
    ]),
    ...generations.flatMap((generation) => ['', ...generationLines(generation)]),
  ]
}

/** How an authority in another house is, as a person reads it. */
export function statusLines(status: AuthorityStatus): string[] {
  const { reachable, trouble, openOrders, pendingOrders, oldestOrder, lastTrouble } = status
  return rows([
    ['answers', reachable ? 'yes' : `no: ${trouble}`],
    ['ordered', `${openOrders}, of which ${pendingOrders} are decided upon there`],
    ...(oldestOrder === null ? [] : [['oldest', oldestOrder] as const]),
    ...(lastTrouble === null ? [] : [['trouble', lastTrouble] as const]),
  ])
}

function generationLines(generation: Generation): string[] {
  const { state, subject, keyType, notBefore, notAfter, fingerprint, currentFrom } = generation
  return rows([
    ['generation', `${generation.generation}, ${state}: ${GENERATION_STATES[state]}`],
    ['subject', subject],
    ['key', keyType],
    ['valid', `${notBefore} to ${notAfter}`],
    ['SHA-256', fingerprint],
    ...(state === 'next' ? [['takes over', takesOver(generation)] as const] : []),
    ...(state !== 'next' && currentFrom !== null ? [['took over', currentFrom] as const] : []),
  ])
}

function takesOver({ currentFrom }: Generation): string {
  return currentFrom === null ? 'by command' : `on ${currentFrom}`
}

function rows(pairs: readonly (readonly [string, string])[]): string[] {
  return pairs.map(([name, value]) => `${name.padEnd(10)}  ${printable(value)}`)
}
