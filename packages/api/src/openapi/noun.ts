import type { Permission } from '../permission.ts'

export type Noun = Permission extends `${infer N}.${string}` ? N : never

/** What a route is about, for the chapters of the document; in the order in which somebody sets a service up. */
export const NOUNS: Readonly<Record<Noun, { readonly title: string; readonly description: string }>> = {
  authority: { title: 'Authorities', description: 'CAs that certificates are ordered from, and their generations.' },
  raProfile: {
    title: 'RA profiles',
    description: 'Certificate services: an authority, and what its certificates may look like.',
  },
  scepProfile: { title: 'SCEP profiles', description: 'The settings of SCEP servers.' },
  challenge: { title: 'Challenges', description: 'Secrets that authorise first enrolments.' },
  approval: { title: 'Approvals', description: 'Requests that wait for a person.' },
  certificate: { title: 'Certificates', description: 'The inventory: what was issued, to whom, and its state.' },
  token: { title: 'API tokens', description: 'Who may use this interface.' },
  setup: { title: 'Set-up', description: 'Authorities, profiles and activations as one file.' },
}

export function nounOf(permission: Permission): Noun {
  return permission.slice(0, permission.indexOf('.')) as Noun
}
