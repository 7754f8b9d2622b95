import type { EndpointAnswer, Snapshot } from '../context.ts'

/** Looks an endpoint up in whichever configuration is the newest. */
export type FindEndpoint = (snapshot: Snapshot) => EndpointAnswer

interface Entrance {
  /** Also with anything appended: Windows and Cisco clients add a segment of their own (S-4.1-10). */
  readonly path: string
  /** @param segments of the address behind `path`, decoded */
  find(snapshot: Snapshot, segments: readonly string[]): EndpointAnswer
}

/**
 * The challenge that an address names, whatever entrance it has: `…/c/{uuid}/…`. It works with any client, also with one
 * whose request has to be opened with the challenge before anything in it can be read (design, rule 12).
 */
export function challengeIdOf(segments: readonly string[]): string | undefined {
  const at = segments.indexOf('c')
  const id = at === -1 ? undefined : segments[at + 1]?.toLowerCase()
  return id !== undefined && UUID.test(id) ? id : undefined
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/** The addresses that devices know (design, section 4). */
export const ENTRANCES: readonly Entrance[] = [
  {
    path: '/api/v1/protocols/scep',
    find: (snapshot, [name = '', raProfile = '']) =>
      name === 'raProfile' ? snapshot.byRaProfile(raProfile) : snapshot.byScepProfile(name),
  },
  { path: '/scep', find: (snapshot, [name]) => snapshot.byAlias(name) },
  { path: '/cgi-bin/pkiclient.exe', find: (snapshot) => snapshot.byAlias(undefined) },
  // NDES answers without its file name too.
  { path: '/certsrv/mscep', find: (snapshot) => snapshot.byAlias(undefined) },
]
