/** What a caller may be allowed to do; a role is a list of these. */
export const PERMISSIONS = [
  'authority.read',
  'authority.create',
  'authority.update',
  'authority.delete',
  'raProfile.read',
  'raProfile.create',
  'raProfile.update',
  'raProfile.delete',
  'scepProfile.read',
  'scepProfile.create',
  'scepProfile.update',
  'scepProfile.delete',
  'challenge.read',
  'challenge.create',
  'challenge.revoke',
  'certificate.read',
  'certificate.revoke',
  'approval.read',
  'approval.decide',
  'token.read',
  'token.create',
  'token.revoke',
  /** The whole set-up as one document, its secrets left out. */
  'setup.read',
  'setup.apply',
] as const

export type Permission = (typeof PERMISSIONS)[number]
