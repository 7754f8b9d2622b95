import type { Permission } from '../permission.ts'
import { type AnyRoute, rightOf } from '../route.ts'

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
  decision: { title: 'Decisions', description: 'What was decided about each SCEP request, and why.' },
  statistics: { title: 'Statistics', description: 'Counts by hour, for dashboards.' },
  token: { title: 'API tokens', description: 'Who may use this interface.' },
  user: { title: 'Users', description: 'People who administer, and what each may do.' },
  session: { title: 'Sessions', description: 'Who is signed in, from where.' },
  audit: { title: 'Audit log', description: 'Who did what to what, chained so that a change shows.' },
  job: { title: 'Jobs', description: 'What the server does by itself, when, and how it went.' },
  notice: { title: 'Notices', description: 'Webhooks and e-mails that tell of what happened.' },
  setting: { title: 'Settings', description: 'Rules of the whole installation, such as how long records are kept.' },
  setup: { title: 'Set-up', description: 'Authorities, profiles and activations as one file.' },
}

export function nounOf(route: AnyRoute): Noun {
  // A route that needs no right is about what its address begins with: /v1/session.
  const [noun] = rightOf(route)?.split('.') ?? route.path.split('/').slice(2)
  if (noun === undefined || !Object.hasOwn(NOUNS, noun)) throw new TypeError(`${route.path} is about nothing known`)
  return noun as Noun
}
