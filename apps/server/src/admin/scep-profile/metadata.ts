import type { ScepProfileUpdate } from '@chancery/api'
import type { CertificateAssociations, ScepProfile, ScepProfileChange } from '@chancery/ra'
import { unknownAttributes } from '../attributes.ts'

/** What is attached to a profile and means nothing to us; what is left out stays. */
export function metadataChange(
  { metadata }: ScepProfile,
  { customAttributes, certificateAssociations: associations }: ScepProfileUpdate,
): Pick<ScepProfileChange, 'metadata'> {
  if (customAttributes === undefined && associations === undefined) return {}
  return {
    metadata: {
      ...metadata,
      ...(customAttributes !== undefined && { customAttributes }),
      ...(associations !== undefined && { certificateAssociations: associationsOf(associations) }),
    },
  }
}

export function metadataFaults({ issueCertificateAttributes }: ScepProfileUpdate): string[] {
  return unknownAttributes('issueCertificateAttributes', issueCertificateAttributes)
}

function associationsOf(
  associations: NonNullable<ScepProfileUpdate['certificateAssociations']> | null,
): CertificateAssociations | null {
  if (associations === null) return null
  const { ownerUuid = null, groupUuids = [], customAttributes = [] } = associations
  return { ownerUuid, groupUuids, customAttributes }
}
