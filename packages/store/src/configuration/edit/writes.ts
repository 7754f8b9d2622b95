import type { ConfigurationEdit } from '@chancery/ra'
import type { StoreKeys } from '../../seal/store-key.ts'
import type { Write } from '../../unit.ts'
import { addAuthority, deleteAuthority, requestIssuer, setAuthority } from './authority.ts'
import { addIssuer } from './issuer.ts'
import { addRaCertificate, retireRaCertificate } from './ra-certificate.ts'
import { addRaProfile, deleteRaProfile, setRaProfile } from './ra-profile.ts'
import { addScepProfile, deleteScepProfile, makeDefault, setScepProfile } from './scep-profile.ts'

/** What a step of a change needs beside itself. */
export interface EditContext {
  readonly keys: StoreKeys
  readonly now: Date
}

/** The writes of one step, each conditional on what the step needs to find. */
export type WritesOf<Edit extends ConfigurationEdit['edit']> = (
  edit: Extract<ConfigurationEdit, { edit: Edit }>,
  context: EditContext,
) => Write[]

const WRITES: { readonly [Edit in ConfigurationEdit['edit']]: WritesOf<Edit> } = {
  addAuthority,
  setAuthority,
  deleteAuthority,
  requestIssuer,
  addIssuer,
  addRaProfile,
  setRaProfile,
  deleteRaProfile,
  addScepProfile,
  setScepProfile,
  makeDefault,
  deleteScepProfile,
  addRaCertificate,
  retireRaCertificate,
}

export function writesOf(edit: ConfigurationEdit, context: EditContext): Write[] {
  return (WRITES[edit.edit] as (edit: ConfigurationEdit, context: EditContext) => Write[])(edit, context)
}
