import type { RaProfile as RaProfileWire } from '@chancery/api'
import type { Configuration, RaProfile } from '@chancery/ra'
import { attributesToWire } from '../attributes.ts'
import { authorityOf } from './find.ts'
import { templateToWire } from './template.ts'

/** An RA profile as the API shows it. */
export function raProfileToWire(profile: RaProfile, configuration: Configuration): RaProfileWire {
  const { uuid, name, description, enabled, scepProfileId, approval, metadata } = profile
  const authority = authorityOf(profile, configuration)
  return {
    uuid,
    name,
    description,
    authorityInstanceUuid: authority.uuid,
    authorityInstanceName: authority.name,
    enabled,
    attributes: attributesToWire(metadata.attributes),
    customAttributes: attributesToWire(metadata.customAttributes),
    enabledProtocols: scepProfileId === null ? [] : ['SCEP'],
    approvalRequired: approval.required,
    approvalOfRenewals: approval.renewals,
    approvalExpiry: approval.expiresAfterDays,
    approvalsNeeded: approval.approvals,
    approvalRole: approval.role,
    template: templateToWire(profile),
  }
}
