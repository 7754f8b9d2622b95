import type { Config } from '../config.ts'
import { intuneConnections } from './connections.ts'
import type { ContactRecorder } from './contact-recorder.ts'
import { type Intune, intuneOver } from './intune.ts'

/** What one process wants of Intune, over the connections that it keeps for its life. */
export function intuneOfProcess(
  { intune: overrides }: Pick<Config, 'intune'>,
  contacts: Pick<ContactRecorder, 'note'>,
  now: () => Date,
): Intune {
  const onContact: ContactRecorder['note'] = (contact) => contacts.note(contact)
  return intuneOver(intuneConnections({ environment: process.env, now, overrides, onContact }))
}
