import type { EmulatorState } from '../state.ts'
import type { Grants } from './directory.ts'

type Resource = keyof Grants

/** Identifiers of the resources: those of the public cloud, and the emulator's own, which a product is pointed at. */
function identifiers({ url }: EmulatorState): Readonly<Record<Resource, readonly string[]>> {
  return {
    graph: [url, 'https://graph.microsoft.com'],
    intune: [`${url}/intune/`, 'https://api.manage.microsoft.com/'],
  }
}

/** Whom an audience names, one trailing slash aside; a scope of Intune with one slash is recorded. */
export function resourceNamed(state: EmulatorState, audience: string): Resource | undefined {
  if (isOf(state, 'graph', audience)) return 'graph'
  if (!isOf(state, 'intune', audience)) return undefined
  if (audience.endsWith('/')) return 'intune'
  state.violate('singleSlashScope', `${audience}/.default`)
  return state.flags.token.acceptSingleSlashScope ? 'intune' : undefined
}

/** Whether a token's audience is this resource. */
export function isOf(state: EmulatorState, resource: Resource, audience: string, exact = false): boolean {
  const known = identifiers(state)[resource]
  return exact ? known.includes(audience) : known.some((one) => withoutSlash(one) === withoutSlash(audience))
}

const withoutSlash = (name: string): string => (name.endsWith('/') ? name.slice(0, -1) : name)
