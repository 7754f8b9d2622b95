import { isDeepStrictEqual } from 'node:util'
import { type Configuration, type ConfigurationEdit, Secret } from '@chancery/ra'

/**
 * Edits without the parts that would change nothing, so that who applies the same wishes twice changes nothing the second
 * time. Edits of rows that earlier edits make stay as they are.
 */
export function withoutNoOps(configuration: Configuration, edits: readonly ConfigurationEdit[]): ConfigurationEdit[] {
  return edits.flatMap((edit) => {
    if (edit.edit === 'makeDefault') return isDefault(configuration, edit.scepProfileUuid) ? [] : [edit]
    const before = currentOf(configuration, edit)
    if (before === undefined || !('change' in edit)) return [edit]
    const change = Object.fromEntries(Object.entries(edit.change).filter(([key, value]) => !isSame(before[key], value)))
    return Object.keys(change).length === 0 ? [] : [{ ...edit, change } as ConfigurationEdit]
  })
}

/** What a row has now under the keys that an edit of it names; undefined: there is no such row yet. */
function currentOf(
  { authorities, raProfiles, scepProfiles }: Configuration,
  edit: ConfigurationEdit,
): Record<string, unknown> | undefined {
  switch (edit.edit) {
    case 'setAuthority': {
      const found = authorities.find(({ uuid }) => uuid === edit.uuid)
      return found && { ...found }
    }
    case 'setRaProfile': {
      const found = raProfiles.find(({ uuid }) => uuid === edit.uuid)
      return (
        found && {
          ...found,
          authorityUuid: uuidOf(authorities, found.authorityId),
          scepProfileUuid: uuidOf(scepProfiles, found.scepProfileId),
        }
      )
    }
    case 'setScepProfile': {
      const found = scepProfiles.find(({ uuid }) => uuid === edit.uuid)
      return found && { ...found, defaultRaProfileUuid: uuidOf(raProfiles, found.defaultRaProfileId) }
    }
    default:
      return undefined
  }
}

function uuidOf(rows: readonly { readonly id: number; readonly uuid: string }[], id: number | null): string | null {
  return rows.find((one) => one.id === id)?.uuid ?? null
}

function isDefault({ scepProfiles }: Configuration, uuid: string | null): boolean {
  return (scepProfiles.find((one) => one.isDefault)?.uuid ?? null) === uuid
}

function isSame(before: unknown, after: unknown): boolean {
  if (before instanceof Secret && after instanceof Secret) return before.equals(after)
  return isDeepStrictEqual(before, after)
}
