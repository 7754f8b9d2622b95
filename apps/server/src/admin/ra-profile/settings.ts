import type { RaProfileUpdate } from '@chancery/api'
import {
  DEFAULT_APPROVAL_RULE,
  DEFAULT_CERTIFICATE_SETTINGS,
  DEFAULT_KEY_RULES,
  DEFAULT_RA_PROFILE_METADATA,
  DEFAULT_SUBJECT_RULES,
  type RaProfile,
  type RaProfileChange,
} from '@chancery/ra'
import { unknownAttributes } from '../attributes.ts'
import { templateChange, templateFaults } from './template.ts'

/** What settings may be set of a new RA profile and of one that there is. */
export type RaProfileSettings = Omit<RaProfileUpdate, 'authorityUuid'>

/** The settings before anything is set. */
export type RaProfileBefore = Pick<
  RaProfile,
  'description' | 'enabled' | 'certificate' | 'subject' | 'keys' | 'approval' | 'metadata'
>

export const BLANK_RA_PROFILE: RaProfileBefore = {
  description: null,
  enabled: false,
  certificate: DEFAULT_CERTIFICATE_SETTINGS,
  subject: DEFAULT_SUBJECT_RULES,
  keys: DEFAULT_KEY_RULES,
  approval: DEFAULT_APPROVAL_RULE,
  metadata: DEFAULT_RA_PROFILE_METADATA,
}

/** All that is wrong about settings. */
export function raProfileFaults(
  before: RaProfileBefore,
  { attributes, template }: RaProfileSettings,
  now: Date,
): string[] {
  return [
    ...unknownAttributes('attributes', attributes),
    ...(template === undefined ? [] : templateFaults(template, before, now)),
  ]
}

/** What the settings change, once they are found to be right; a field that is left out keeps its value. */
export function raProfileChange(before: RaProfileBefore, update: RaProfileSettings): RaProfileChange {
  const { description, enabled } = update
  return {
    ...(description !== undefined && { description }),
    ...(enabled !== undefined && enabled !== before.enabled && { enabled }),
    ...approvalChange(before, update),
    ...metadataChange(before, update),
    ...(update.template !== undefined && templateChange(before, update.template)),
  }
}

function approvalChange({ approval }: RaProfileBefore, update: RaProfileSettings): Pick<RaProfileChange, 'approval'> {
  const { approvalRequired, approvalOfRenewals, approvalExpiry, approvalsNeeded, approvalRole } = update
  const changed = {
    ...(approvalRequired !== undefined && { required: approvalRequired }),
    ...(approvalOfRenewals !== undefined && { renewals: approvalOfRenewals }),
    ...(approvalExpiry !== undefined && { expiresAfterDays: approvalExpiry }),
    ...(approvalsNeeded !== undefined && { approvals: approvalsNeeded }),
    ...(approvalRole !== undefined && { role: approvalRole }),
  }
  return Object.keys(changed).length === 0 ? {} : { approval: { ...approval, ...changed } }
}

function metadataChange(
  { metadata }: RaProfileBefore,
  { attributes, customAttributes }: RaProfileSettings,
): Pick<RaProfileChange, 'metadata'> {
  if (attributes === undefined && customAttributes === undefined) return {}
  return {
    metadata: {
      ...metadata,
      ...(attributes !== undefined && { attributes }),
      ...(customAttributes !== undefined && { customAttributes }),
    },
  }
}
