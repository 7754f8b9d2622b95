import type { SetupNoun, SetupStep } from '@chancery/api'
import type { Configuration, ConfigurationEdit } from '@chancery/ra'

type Row = { readonly id: number; readonly uuid: string; readonly name: string }

/** Edits as people read them: one step for each thing that is made, changed or deleted. */
export function stepsOf(before: Configuration, after: Configuration, edits: readonly ConfigurationEdit[]): SetupStep[] {
  const existing: Readonly<Record<SetupNoun, readonly Row[]>> = {
    authority: before.authorities,
    raProfile: before.raProfiles,
    scepProfile: before.scepProfiles,
  }
  const coming: typeof existing = {
    authority: after.authorities,
    raProfile: after.raProfiles,
    scepProfile: after.scepProfiles,
  }
  const steps = new Map<string, SetupStep>()
  for (const edit of edits) {
    const { noun, uuid, fields } = subjectOf(edit)
    const name = [...existing[noun], ...coming[noun]].find((one) => one.uuid === uuid)?.name ?? ''
    const isNew = !existing[noun].some((one) => one.uuid === uuid)
    const action = isNew ? 'create' : edit.edit.startsWith('delete') ? 'delete' : 'change'
    const key = `${noun} ${name}`
    const known = steps.get(key)
    // What is deleted is deleted, whatever was taken from it first; what is made is made as a whole.
    const merged = action === 'change' ? [...new Set([...(known?.fields ?? []), ...fields])] : []
    steps.set(key, { action: known?.action === 'delete' ? 'delete' : action, noun, name, fields: merged })
  }
  return [...steps.values()]
}

interface Subject {
  readonly noun: SetupNoun
  readonly uuid: string
  readonly fields: readonly string[]
}

/** Which thing an edit is about, and what of it gets another value. */
function subjectOf(edit: ConfigurationEdit): Subject {
  switch (edit.edit) {
    case 'addAuthority':
      return { noun: 'authority', uuid: edit.authority.uuid, fields: [] }
    case 'setAuthority':
      return { noun: 'authority', uuid: edit.uuid, fields: Object.keys(edit.change) }
    case 'deleteAuthority':
      return { noun: 'authority', uuid: edit.uuid, fields: [] }
    case 'requestIssuer':
      return { noun: 'authority', uuid: edit.authorityUuid, fields: ['ca'] }
    case 'addIssuer':
      return { noun: 'authority', uuid: edit.issuer.authorityUuid, fields: ['ca'] }
    case 'addRaProfile':
      return { noun: 'raProfile', uuid: edit.raProfile.uuid, fields: [] }
    case 'setRaProfile':
      return { noun: 'raProfile', uuid: edit.uuid, fields: Object.keys(edit.change).map(inDocument) }
    case 'deleteRaProfile':
      return { noun: 'raProfile', uuid: edit.uuid, fields: [] }
    case 'addScepProfile':
      return { noun: 'scepProfile', uuid: edit.scepProfile.uuid, fields: [] }
    case 'setScepProfile':
      return { noun: 'scepProfile', uuid: edit.uuid, fields: Object.keys(edit.change).map(inDocument) }
    case 'makeDefault':
      return { noun: 'scepProfile', uuid: edit.scepProfileUuid ?? '', fields: ['isDefault'] }
    case 'deleteScepProfile':
      return { noun: 'scepProfile', uuid: edit.uuid, fields: [] }
    case 'addRaCertificate':
      return { noun: 'scepProfile', uuid: edit.raCertificate.scepProfileUuid, fields: ['raCertificate'] }
    case 'retireRaCertificate':
      return { noun: 'scepProfile', uuid: '', fields: ['raCertificate'] }
  }
}

/** What a document calls a reference. */
const REFERENCES: Readonly<Record<string, string>> = {
  authorityUuid: 'authority',
  scepProfileUuid: 'scepProfile',
  defaultRaProfileUuid: 'raProfile',
}

function inDocument(field: string): string {
  return REFERENCES[field] ?? field
}
