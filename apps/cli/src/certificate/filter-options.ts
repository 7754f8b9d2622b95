import { CERTIFICATE_STATES, type listCertificates, type QueryOf } from '@chancery/api'
import { Option } from 'commander'

export interface FilterOptions {
  readonly subject?: string
  readonly raProfile?: string
  readonly profile?: string
  readonly authority?: string
  readonly state?: keyof typeof CERTIFICATE_STATES
  readonly expiresBefore?: string
  readonly expiresAfter?: string
  readonly key?: string
  readonly protocol?: 'scep' | 'api'
  readonly purpose?: 'device' | 'ra' | 'ocsp'
}

/** What list, search and export are narrowed by; all that is given must hold. */
export function filterOptions(): Option[] {
  return [
    new Option('--subject <words>', 'words of the subject, or how they begin'),
    new Option('--profile <name>', 'issued through this SCEP profile'),
    new Option('--ra-profile <name>', 'issued through this RA profile'),
    new Option('--authority <name>', 'issued by this authority'),
    new Option('--state <state>', 'in this state').choices(Object.keys(CERTIFICATE_STATES)),
    new Option('--expires-before <time>', 'ends before this day or time, such as 2027-01-15'),
    new Option('--expires-after <time>', 'ends after it'),
    new Option('--key <key>', 'rsa, rsa-2048, ec, p-256, ed25519, …'),
    new Option('--protocol <protocol>', 'asked for over').choices(['scep', 'api']),
    new Option('--purpose <purpose>', 'for a device, or of Chancery itself').choices(['device', 'ra', 'ocsp']),
  ]
}

type Filters = Omit<QueryOf<typeof listCertificates>, 'cursor' | 'itemsPerPage'>

const NAMES = [
  'subject',
  'raProfile',
  'authority',
  'state',
  'expiresBefore',
  'expiresAfter',
  'key',
  'protocol',
  'purpose',
] as const

export function filtersOf(options: FilterOptions, search?: string): Filters {
  const given = NAMES.filter((name) => options[name] !== undefined).map((name) => [name, options[name]])
  return {
    ...(Object.fromEntries(given) as Filters),
    ...(options.profile !== undefined && { scepProfile: options.profile }),
    ...(search !== undefined && { search }),
  }
}

/** For the end of a help. */
export const STATES_HELP = [
  'States:',
  ...Object.entries(CERTIFICATE_STATES).map(([state, meaning]) => `  ${state.padEnd(8)}  ${meaning}`),
].join('\n')
