import type { NewAuthority, SetupDocument } from '@chancery/api'
import { AUTHORITY_DESCRIPTORS } from '@chancery/connectors'
import type { Configuration, ConfigurationEdit } from '@chancery/ra'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import { decideNewAuthority } from '../admin/authority/decide-create.ts'
import { decideAuthorityEnabled, decideAuthorityUpdate } from '../admin/authority/decide-update.ts'
import { kindOf } from '../admin/authority/settings.ts'
import type { RaCertificateContext } from '../ra-certificates/issue.ts'
import type { Draft } from './draft.ts'
import { revealed } from './reveal.ts'

/** Makes and changes the authorities of a document, by the decisions of the REST API. */
export async function draftAuthorities(
  draft: Draft,
  { authorities = [] }: SetupDocument,
  { now }: RaCertificateContext,
): Promise<void> {
  for (const item of authorities) {
    await draft.attempt('authority', item.name, async (configuration) => {
      refusePlainSecrets(item)
      const { enabled, ...authority } = revealed(item)
      const present = configuration.authorities.find(({ name }) => name === item.name)
      return present === undefined
        ? (await decideNewAuthority(configuration, { ...authority, ...(enabled !== undefined && { enabled }) }, now))
            .edits
        : decideChange(present, authority, enabled, configuration, now)
    })
  }
}

/** What is there is not made anew, whatever `ca` says; settings that the file does not name stay as they are. */
async function decideChange(
  present: Configuration['authorities'][number],
  { kind, description, settings }: Omit<NewAuthority, 'enabled'>,
  enabled: boolean | undefined,
  configuration: Configuration,
  now: Date,
): Promise<ConfigurationEdit[]> {
  if (kind !== undefined && kind !== present.kind) {
    throw new AdminRefusal(422, [
      `It is of kind ${present.kind} here, and that never changes: give the other one another name.`,
    ])
  }
  const update = {
    ...(description !== undefined && { description }),
    ...(settings !== undefined && { settings: { ...present.settings, ...settings } }),
  }
  return [
    ...(await decideAuthorityUpdate(present, update, configuration, now)),
    ...(enabled === undefined ? [] : decideAuthorityEnabled(present, enabled)),
  ]
}

/** The schema of settings is that of the kind, which the schema of the document does not know. */
function refusePlainSecrets({ kind = 'built-in', settings = {} }: NewAuthority): void {
  const known = kindOf(kind)
  if (known === null) return
  const fields = AUTHORITY_DESCRIPTORS[known].settings.properties as Record<string, { writeOnly?: boolean }>
  const plain = Object.entries(settings).filter(
    ([name, value]) => fields[name]?.writeOnly === true && typeof value === 'string',
  )
  if (plain.length === 0) return
  throw new AdminRefusal(
    422,
    plain.map(
      ([name]) => `settings.${name} must be written as {env: NAME} or {file: PATH}: no secret stands in the file.`,
    ),
  )
}
