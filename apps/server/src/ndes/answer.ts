import { AdminRefusal } from '../admin/admin-refusal.ts'
import type { ForProfile } from '../admin/challenge/create.ts'
import { findScepProfileByName, noneWithName } from '../admin/scep-profile/find.ts'
import type { Caller } from '../auth/caller.ts'
import { reaches } from '../auth/reach.ts'
import type { ServerContext } from '../context.ts'
import { operationOf } from '../scep/operation.ts'
import { createPassword, MOST_LIVE } from './create.ts'
import { cacheFullPage, noRightPage, passwordPage, sentencePage } from './page.ts'
import { readWish } from './wish.ts'

/** What is asked of the page, as HTTP brought it. */
export interface PageRequest {
  /** Undefined: that of the default profile. */
  readonly profileName: string | undefined
  readonly rawQuery: string
  readonly confidential: boolean
  readonly crossSite: boolean
  /** @throws {AdminRefusal} 401 with what to show */
  identify(): Promise<Caller>
}

export interface PageAnswer {
  readonly status: number
  readonly body: Buffer
  readonly headers: Readonly<Record<string, string>>
  /** For the log. */
  readonly outcome: string
  readonly caller?: string
}

/** Always a page: what NDES has words for is said in those, and with 200, because who reads them looks no further else. */
export async function answerPage(request: PageRequest, context: ServerContext): Promise<PageAnswer> {
  try {
    refuseTransport(request)
    const caller = await request.identify()
    return { ...(await pageFor(caller, request, context)), headers: {}, caller: caller.name }
  } catch (error) {
    if (!(error instanceof AdminRefusal)) throw error
    const { status, messages, headers } = error
    return { status, headers, body: sentencePage(...messages), outcome: 'refused' }
  }
}

/** @throws {AdminRefusal} what NDES has no words for */
async function pageFor(
  caller: Caller,
  request: Pick<PageRequest, 'profileName' | 'rawQuery'>,
  context: ServerContext,
): Promise<Pick<PageAnswer, 'status' | 'body' | 'outcome'>> {
  const { rawQuery } = request
  if (!caller.may('challenge.create')) return { status: 200, body: noRightPage(), outcome: 'no right' }
  if (operationOf(rawQuery) !== undefined) {
    throw new AdminRefusal(400, ['SCEP is spoken at /certsrv/mscep/mscep.dll. This page makes challenges.'])
  }
  const where = await profileOf(request, context)
  const belongs = { scepProfile: where.profile.name }
  if (!reaches({ caller, permission: 'challenge.create' }, belongs)) {
    const mayKnow = request.profileName === undefined || reaches({ caller, permission: 'scepProfile.read' }, belongs)
    if (!mayKnow) throw noneWithName()
    return { status: 200, body: noRightPage(), outcome: 'no right' }
  }
  const made = await createPassword(context, where, readWish(rawQuery), caller)
  return made === undefined
    ? { status: 200, body: cacheFullPage(MOST_LIVE), outcome: 'cache full' }
    : { status: 200, body: passwordPage(made), outcome: 'created' }
}

/** Before a password is asked for: whom it would be sent past, and who would make a browser send it. */
function refuseTransport({ confidential, crossSite }: PageRequest): void {
  if (!confidential) {
    throw new AdminRefusal(403, [
      'A token would travel unencrypted over the network. Use https, or declare the proxy in CHANCERY_TRUSTED_PROXIES and let it send X-Forwarded-Proto.',
    ])
  }
  if (crossSite) {
    throw new AdminRefusal(403, ['Another site led here. Every visit makes a challenge: open the address itself.'])
  }
}

async function profileOf(
  { profileName }: Pick<PageRequest, 'profileName'>,
  { snapshots }: ServerContext,
): Promise<ForProfile> {
  const { configuration } = await snapshots.current()
  if (profileName !== undefined) {
    return { configuration, profile: findScepProfileByName(configuration, profileName) }
  }
  const profile = configuration.scepProfiles.find(({ isDefault }) => isDefault)
  if (profile === undefined) {
    throw new AdminRefusal(404, ['No SCEP profile is the default one: put the name of one behind the address.'])
  }
  return { configuration, profile }
}
