import { uuidV7 } from '@chancery/ra'
import type { Store, User } from '@chancery/store'
import type { SignedInThere } from './provider.ts'

type People = Pick<Store, 'users' | 'tokens'>

/** More people of one name than this is somebody's mistake. */
const MOST_NAMESAKES = 100
const LONGEST_NAME = 100

/**
 * The row of somebody whom a provider knows, made at the first sign-in; found by issuer and subject and never by a name, which
 * the provider may give to another person. It has no grants of its own: those of each session come from its claims.
 */
export async function userOf(store: People, who: SignedInThere, now: Date): Promise<User> {
  const known = await store.users.findByIdentity(who.issuer, who.subject)
  return known === undefined ? makeUser(store, who, now) : refreshed(store, known, who, now)
}

async function makeUser(store: People, who: SignedInThere, now: Date): Promise<User> {
  const { issuer, subject } = who
  const taken = new Set((await store.tokens.list()).map(({ name }) => name))
  for (const name of namesFor(who)) {
    if (taken.has(name) || (await store.users.findByName(name)) !== undefined) continue
    const user: User = {
      uuid: uuidV7(now),
      name,
      ...shownOf(who),
      grants: [],
      enabled: true,
      password: null,
      identity: { issuer, subject },
      createdAt: now,
      lastSignInAt: null,
      deletedAt: null,
    }
    const event = { action: 'user.create', detail: { after: { ...shownOf(who), identity: user.identity } } } as const
    if (await store.users.create(user, [eventOf(user, event, now)])) return user
    // At the same moment in another browser, perhaps; else the name is gone.
    const made = await store.users.findByIdentity(issuer, subject)
    if (made !== undefined) return made
  }
  throw new Error(`no name is free for the subject ${subject}`)
}

async function refreshed({ users }: People, user: User, who: SignedInThere, now: Date): Promise<User> {
  const shown = shownOf(who)
  const { displayName, email, grants, enabled } = user
  const isSame = shown.displayName === displayName && shown.email === email
  if (isSame || !enabled || user.deletedAt !== null) return user
  const event = { action: 'user.update', detail: { before: { displayName, email }, after: shown } } as const
  const change = { ...shown, grants, enabled }
  const outcome = await users.update(change, { seen: user, administrator: undefined }, now, [eventOf(user, event, now)])
  // Somebody else changes the user at this moment: the next sign-in tells the same again.
  return outcome === 'done' ? { ...user, ...shown } : user
}

function eventOf(
  { uuid, name }: User,
  deed: { readonly action: 'user.create' | 'user.update'; readonly detail: Readonly<Record<string, unknown>> },
  now: Date,
) {
  const actor = { kind: 'user', name } as const
  return { uuid: uuidV7(now), at: now, actor, object: { kind: 'user', uuid, name }, outcome: 'done', ...deed } as const
}

function shownOf({ claims: { name, email } }: SignedInThere): Pick<User, 'displayName' | 'email'> {
  return { displayName: text(name)?.slice(0, 200) ?? null, email: text(email)?.slice(0, 200) ?? null }
}

/** As the names of users are written; where one is taken, another number behind it. */
export function* namesFor({ subject, claims }: SignedInThere): Generator<string> {
  const wished = [claims.preferred_username, claims.email, subject].flatMap((claim) => text(claim) ?? [])
  const [name = 'user'] = wished.map(userName).filter((one) => one !== '')
  const start = RESERVED.has(name) ? `${name}-1` : name
  yield start
  for (let number = 2; number <= MOST_NAMESAKES; number++) yield `${name.slice(0, LONGEST_NAME - 4)}-${number}`
}

/** Those that jobs sign with. */
const RESERVED: ReadonlySet<string> = new Set(['expiry', 'retention', 'system'])

function userName(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .replace(/[^a-z0-9._@+-]+/g, '-')
    .replace(/^[^a-z0-9]+|-+$/g, '')
    .slice(0, LONGEST_NAME)
}

function text(claim: unknown): string | undefined {
  return typeof claim === 'string' && claim.trim() !== '' ? claim.trim() : undefined
}
