import type { NewAuthority } from '@chancery/api'
import { AUTHORITY_KINDS, type Configuration, type ConfigurationEdit, uuidV7 } from '@chancery/ra'
import { connectElsewhere } from '../../upstream/connect-elsewhere.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { NEW_CA } from './new-ca.ts'
import { decideSettings, kindOf } from './settings.ts'

export interface NewAuthorityDecision {
  readonly uuid: string
  readonly edits: readonly ConfigurationEdit[]
  readonly warnings: readonly string[]
}

/** @throws {AdminRefusal} 422 with every fault; 409 for a name that is taken */
export async function decideNewAuthority(
  configuration: Configuration,
  body: NewAuthority,
  now: Date,
): Promise<NewAuthorityDecision> {
  const { name, description = null, enabled = true, ca } = body
  const kind = kindOf(body.kind ?? 'built-in')
  if (kind === null) throw new AdminRefusal(422, [`kind must be one of ${AUTHORITY_KINDS.join(', ')}.`])
  const uuid = uuidV7(now)
  const decided = decideSettings(kind, body.settings ?? {})
  const isTaken = configuration.authorities.some((one) => one.name === name)
  // Before a key is made: that of RSA-4096 takes seconds.
  if (isTaken && !('faults' in decided)) throw new AdminRefusal(409, [`There is an authority "${name}" already.`])
  const made = await NEW_CA[kind]({ authorityUuid: uuid, ca, configuration, now })
  if ('faults' in decided || 'faults' in made) {
    throw new AdminRefusal(422, [
      ...('faults' in decided ? decided.faults : []),
      ...('faults' in made ? made.faults : []),
    ])
  }
  const connected =
    kind === 'scep' ? await connectElsewhere(uuid, decided.kept, now) : { kept: decided.kept, edits: made.edits }
  if ('faults' in connected) throw new AdminRefusal(422, connected.faults)
  const authority = { uuid, name, kind, description, enabled, ...connected.kept }
  return { uuid, edits: [{ edit: 'addAuthority', authority }, ...connected.edits], warnings: made.warnings }
}
