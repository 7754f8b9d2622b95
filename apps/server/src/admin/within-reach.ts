import type { Configuration, ConfigurationEdit } from '@chancery/ra'
import { type Asking, requireReach } from '../auth/reach.ts'
import { AdminRefusal } from './admin-refusal.ts'
import type { DecideChange } from './change-configuration.ts'

/**
 * A change that touches only what the caller's right reaches, whatever the route took from the request: both ends of a link
 * that it makes, and no authority or RA certificate, which belong to no profile alone.
 */
export function withinReach(asking: Asking, decide: DecideChange): DecideChange {
  if (asking.caller.reach(asking.permission) === 'everywhere') return decide
  return async (configuration) => {
    const change = await decide(configuration)
    for (const edit of change.edits) requireEditInReach(asking, edit, configuration)
    return change
  }
}

function requireEditInReach(asking: Asking, edit: ConfigurationEdit, configuration: Configuration): void {
  switch (edit.edit) {
    case 'setScepProfile': {
      requireScepProfile(asking, edit.uuid, configuration)
      const { defaultRaProfileUuid } = edit.change
      if (typeof defaultRaProfileUuid === 'string') requireRaProfile(asking, defaultRaProfileUuid, configuration)
      return
    }
    case 'setRaProfile': {
      requireRaProfile(asking, edit.uuid, configuration)
      const { scepProfileUuid, authorityUuid } = edit.change
      if (typeof scepProfileUuid === 'string') requireScepProfile(asking, scepProfileUuid, configuration)
      if (authorityUuid !== undefined) throw beyond(asking, 'the authority of an RA profile')
      return
    }
    case 'addRaCertificate':
    case 'retireRaCertificate':
      throw beyond(asking, 'which RA certificate a SCEP profile has')
    default:
      throw beyond(asking, 'this')
  }
}

function requireScepProfile(asking: Asking, uuid: string, { scepProfiles }: Configuration): void {
  const name = scepProfiles.find((one) => one.uuid === uuid)?.name
  requireReach(asking, 'scepProfile.read', { scepProfile: name }, 'There is no SCEP profile with this UUID.')
}

function requireRaProfile(asking: Asking, uuid: string, { raProfiles }: Configuration): void {
  const name = raProfiles.find((one) => one.uuid === uuid)?.name
  requireReach(asking, 'raProfile.read', { raProfile: name }, 'There is no RA profile with this UUID.')
}

function beyond({ caller, permission }: Asking, what: string): AdminRefusal {
  return new AdminRefusal(403, [
    `${caller.name} has the right ${permission} for some profiles only. To change ${what}, it is needed for all.`,
  ])
}
