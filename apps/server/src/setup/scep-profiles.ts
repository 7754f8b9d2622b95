import type { ScepProfileUpdate, SetupDocument, SetupScepProfile } from '@chancery/api'
import { applyEdits, type Configuration, type ConfigurationEdit, type ScepProfile } from '@chancery/ra'
import { decideCompatibility } from '../admin/compatibility/decide-update.ts'
import { decideCreate } from '../admin/scep-profile/decide-create.ts'
import { decideEdit } from '../admin/scep-profile/decide-edit.ts'
import { findScepProfile } from '../admin/scep-profile/find.ts'
import type { RaCertificateContext } from '../ra-certificates/issue.ts'
import type { Draft } from './draft.ts'
import { named } from './named.ts'
import { revealed } from './reveal.ts'

/** Makes and changes the SCEP profiles of a document, by the decisions of the REST API. */
export async function draftScepProfiles(
  draft: Draft,
  document: SetupDocument,
  context: RaCertificateContext,
): Promise<void> {
  for (const item of document.scepProfiles ?? []) {
    await draft.attempt('scepProfile', item.name, (configuration) =>
      decideScepProfile(configuration, revealed(item), document, context),
    )
  }
}

async function decideScepProfile(
  configuration: Configuration,
  item: SetupScepProfile,
  document: SetupDocument,
  context: RaCertificateContext,
): Promise<ConfigurationEdit[]> {
  const { name, enabled: _, isDefault: __, compatibility: ___, raProfile, raCertificate, ...settings } = item
  const wish: ScepProfileUpdate = {
    ...settings,
    ...(raProfile !== undefined && {
      raProfileUuid: raProfile === null ? null : named(configuration.raProfiles, raProfile, 'RA profile').uuid,
    }),
    ...(raCertificate !== undefined && { raCertificate: certificateWish(raCertificate, configuration) }),
  }
  const present = configuration.scepProfiles.find((one) => one.name === name)
  const made =
    present === undefined
      ? await decideCreate(
          configuration,
          { ...wish, name, raCertificate: { ...authorityOfNew(item, document, configuration), ...wish.raCertificate } },
          context,
        )
      : { uuid: present.uuid, edits: await decideEdit(present, configuration, wish, context) }
  const profile = findScepProfile(applyEdits(configuration, made.edits, context.now), made.uuid)
  return [...made.edits, ...switches(profile, item, context.publicUrl)]
}

function switches(
  { uuid, compatibility: before }: ScepProfile,
  { enabled, isDefault, compatibility }: Pick<SetupScepProfile, 'enabled' | 'isDefault' | 'compatibility'>,
  publicUrl: string | undefined,
): ConfigurationEdit[] {
  const change = {
    ...(enabled !== undefined && { enabled }),
    ...(compatibility !== undefined && { compatibility: decideCompatibility(before, compatibility, publicUrl) }),
  }
  return [
    ...(Object.keys(change).length === 0 ? [] : [{ edit: 'setScepProfile', uuid, change } as const]),
    ...(isDefault === true ? [{ edit: 'makeDefault', scepProfileUuid: uuid } as const] : []),
  ]
}

function certificateWish(
  { authority, renewBeforeDays }: NonNullable<SetupScepProfile['raCertificate']>,
  { authorities }: Configuration,
): NonNullable<ScepProfileUpdate['raCertificate']> {
  return {
    ...(renewBeforeDays !== undefined && { renewBeforeDays }),
    ...(typeof authority === 'string' && { authorityUuid: named(authorities, authority, 'authority').uuid }),
  }
}

/** A new profile gets its certificate from the authority to which its own URL leads, or that of the RA profile it serves. */
function authorityOfNew(
  { name, raProfile }: SetupScepProfile,
  { raProfiles = [] }: SetupDocument,
  { raProfiles: present, authorities }: Configuration,
): { readonly authorityUuid?: string } {
  const serving = raProfile ?? raProfiles.find((one) => one.scepProfile === name)?.name
  const authorityId = present.find((one) => one.name === serving)?.authorityId
  const authorityUuid = authorities.find(({ id }) => id === authorityId)?.uuid
  return authorityUuid === undefined ? {} : { authorityUuid }
}
