import { faultsOf } from '@chancery/api'
import { AUTHORITY_DESCRIPTORS, type AuthorityDescriptor } from '@chancery/connectors'
import { AUTHORITY_KINDS, type AuthorityKind, type AuthorityRecord, Secret } from '@chancery/ra'
import { Type } from 'typebox'
import Value from 'typebox/value'

type Values = Readonly<Record<string, unknown>>
export type KeptSettings = Pick<AuthorityRecord, 'settings' | 'secrets'>

/** `null` for a text that is no kind of ours. */
export function kindOf(text: string): AuthorityKind | null {
  return AUTHORITY_KINDS.find((kind) => kind === text) ?? null
}

/**
 * Settings as the store keeps them, secrets apart. A secret that is left out stays as it was, `null` clears it.
 * @returns every fault, with the path of its field, when there is one
 */
export function decideSettings(
  kind: AuthorityKind,
  given: Values,
  before?: KeptSettings,
): { readonly faults: string[] } | { readonly kept: KeptSettings } {
  const descriptor = AUTHORITY_DESCRIPTORS[kind]
  const names = secretNames(descriptor)
  const isCleared = (name: string) => names.has(name) && given[name] === null
  const all = Object.fromEntries(
    Object.entries({ ...secretsOf(before), ...given }).filter(([name]) => !isCleared(name)),
  )
  const faults = faultsOf(Type.Object({ settings: descriptor.settings }), { settings: all })
  if (faults.length > 0) return { faults }
  const part = (wanted: boolean) => Object.entries(all).filter(([name]) => names.has(name) === wanted)
  const secrets = part(true)
  return {
    kept: {
      settings: Object.fromEntries(part(false)),
      secrets: secrets.length === 0 ? undefined : new Secret(JSON.stringify(Object.fromEntries(secrets))),
    },
  }
}

/** For an answer: defaults filled in, of secrets only the names. */
export function settingsToWire({ kind, settings, secrets }: Pick<AuthorityRecord, 'kind' | 'settings' | 'secrets'>): {
  readonly settings: Record<string, unknown>
  readonly secretsSet: string[]
} {
  const shown = Value.Default(AUTHORITY_DESCRIPTORS[kind].settings, { ...settings }) as Record<string, unknown>
  return { settings: shown, secretsSet: Object.keys(secretsOf({ secrets })).toSorted() }
}

function secretNames({ settings }: AuthorityDescriptor): ReadonlySet<string> {
  const fields = Object.entries(settings.properties as Readonly<Record<string, { readonly writeOnly?: unknown }>>)
  return new Set(fields.filter(([, field]) => field.writeOnly === true).map(([name]) => name))
}

function secretsOf(from: Pick<KeptSettings, 'secrets'> | undefined): Values {
  return from?.secrets === undefined ? {} : (JSON.parse(from.secrets.reveal()) as Values)
}
