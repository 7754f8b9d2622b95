import type { Compatibility } from '@chancery/api'
import type { CompatibilityChoice } from '@chancery/ra'
import { COMPATIBILITY, neededByText, resolveSwitches, SWITCHES, type SwitchName } from '@chancery/scep'

/** Every switch with its meaning, its value, and the value that the named profile alone would give. */
export function compatibilityToWire({ profile, overrides }: CompatibilityChoice): Compatibility {
  const values: Readonly<Record<string, unknown>> = resolveSwitches(profile, overrides)
  const defaults: Readonly<Record<string, unknown>> = resolveSwitches(profile)
  return {
    profile,
    overrides: { ...overrides },
    switches: Object.entries(SWITCHES).map(([name, row]) => ({
      name,
      title: row.title,
      meaning: row.description,
      neededBy: neededByText(name as SwitchName),
      values: row.values.kind === 'choice' ? { kind: 'choice', of: [...row.values.of] } : row.values,
      value: values[name],
      default: defaults[name],
      overridden: Object.hasOwn(overrides, name),
    })),
    profiles: Object.entries(COMPATIBILITY).map(([name, row]) => ({
      name,
      title: row.title,
      meaning: row.description,
    })),
  }
}
