import type { Configuration } from '@chancery/ra'
import type { Deed } from './admin-event.ts'
import { type Viewed, viewsOf } from './configuration-view.ts'
import { difference, told } from './difference.ts'

/**
 * What a change of the configuration made, changed and removed: one event a row, with the fields that are others now.
 * @param consequences for clients that are running; they stand with the first
 */
export function configurationDeeds(
  before: Configuration,
  after: Configuration,
  consequences: readonly string[] = [],
): Deed[] {
  const then = new Map(viewsOf(before).map((viewed) => [viewed.key, viewed]))
  const now = new Map(viewsOf(after).map((viewed) => [viewed.key, viewed]))
  const goesWith = ({ belongsTo }: Viewed) => belongsTo !== undefined && then.has(belongsTo) && !now.has(belongsTo)
  const removed = [...then.values()].filter((viewed) => !now.has(viewed.key) && !goesWith(viewed))
  const deeds = [
    ...[...now.values()].flatMap((viewed) => deedOf(then.get(viewed.key), viewed)),
    ...removed.map(({ noun, object, view }) => ({
      action: `${noun}.delete`,
      object,
      detail: { before: told(view()) },
    })),
  ]
  // A version in which every value is as it was before: other processes heard of it, so the log tells it.
  const all: Deed[] = deeds.length > 0 ? deeds : [{ action: 'configuration.update', detail: {} }]
  return all.map((deed, index) => ({
    ...deed,
    detail: {
      ...deed.detail,
      ...(index === 0 && consequences.length > 0 && { consequences }),
      // The same for all of one change.
      version: before.version + 1,
    },
  }))
}

function deedOf(then: Viewed | undefined, { noun, object, row, view }: Viewed): Deed[] {
  if (then === undefined) return [{ action: `${noun}.create`, object, detail: { after: told(view()) } }]
  const changed = then.row === row ? undefined : difference(then.view(), view())
  return changed === undefined ? [] : [{ action: `${noun}.update`, object, detail: { ...changed } }]
}
