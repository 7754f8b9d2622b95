import { SETUP_FORM, SetupAuthority, type SetupDocument, SetupRaProfile, SetupScepProfile } from '@chancery/api'
import { AUTHORITY_DESCRIPTORS } from '@chancery/connectors'
import type { AuthorityRecord } from '@chancery/ra'
import { type TObject, type TSchema, Type } from 'typebox'
import { authorityToWire } from '../admin/authority/to-wire.ts'
import { raProfileToWire } from '../admin/ra-profile/to-wire.ts'
import { scepProfileToWire } from '../admin/scep-profile/to-wire.ts'
import type { Snapshot } from '../context.ts'
import { describeCa } from './describe-ca.ts'

/** The configuration as a document that makes it again, in names and without secrets. */
export function exportSetup(snapshot: Snapshot, now: Date): SetupDocument {
  const { configuration } = snapshot
  const { authorities, raProfiles, scepProfiles } = configuration
  const nameOf = (rows: readonly { readonly id: number; readonly name: string }[], id: number | null) =>
    rows.find((one) => one.id === id)?.name
  return {
    chancery: SETUP_FORM,
    authorities: authorities.map((one) =>
      item(SetupAuthority, authorityToWire(one, configuration), {
        settings: settingsToSet(one),
        ca: describeCa(one, configuration),
      }),
    ),
    raProfiles: raProfiles.map((one) =>
      item(SetupRaProfile, raProfileToWire(one, configuration), {
        authority: nameOf(authorities, one.authorityId),
        scepProfile: nameOf(scepProfiles, one.scepProfileId),
      }),
    ),
    scepProfiles: scepProfiles.map((one) =>
      item(SetupScepProfile, scepProfileToWire(one, snapshot, { baseUrl: '', now }), {
        renewalThreshold: one.renewalThresholdDays,
        isDefault: one.isDefault || undefined,
        compatibility: one.compatibility,
        raProfile: nameOf(raProfiles, one.defaultRaProfileId),
        raCertificate: one.raCertificate.renewBeforeDays === null ? undefined : one.raCertificate,
      }),
    ),
  } as SetupDocument
}

/** As they were set: a default that is written down would no longer follow the default. */
function settingsToSet({ kind, settings }: AuthorityRecord): Record<string, unknown> {
  const fields = AUTHORITY_DESCRIPTORS[kind].settings.properties as Record<string, { readonly readOnly?: boolean }>
  return Object.fromEntries(Object.entries(settings).filter(([name]) => fields[name]?.readOnly !== true))
}

/** Of what REST answers, the fields that a document has, at every depth, less those with nothing in them. */
function item(schema: TObject, wire: Readonly<Record<string, unknown>>, own: Readonly<Record<string, unknown>>) {
  const all = { ...wire, ...own }
  return Object.fromEntries(
    Object.keys(schema.properties)
      .map((name) => [name, fitting(schema.properties[name], all[name as keyof typeof all])] as const)
      .filter(([, value]) => !isEmpty(value)),
  )
}

/** An object has more to show than can be set, such as whether there is a key. */
function fitting(schema: TSchema | undefined, value: unknown): unknown {
  const object = Type.IsUnion(schema) ? schema.anyOf.find((one) => Type.IsObject(one)) : schema
  if (!Type.IsObject(object) || typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).filter(([name]) => Object.hasOwn(object.properties, name)))
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined) return true
  return typeof value === 'object' && Object.keys(value).length === 0
}
