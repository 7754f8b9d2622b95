import { CHALLENGE_STATES, type Challenge, type ChallengeState, type Client, listChallenges } from '@chancery/api'
import { Option } from 'commander'
import { connect } from '../administration/connect.ts'
import { findProfile } from '../administration/find-profile.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'
import { challengeLine } from './lines.ts'
import { profileOption } from './profile-option.ts'

interface ListOptions {
  readonly server?: string
  readonly profile: string
  readonly state?: ChallengeState
  readonly limit: string
}

const PAGE = 1000

export const listChallengesVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list challenges, without their text',
  description:
    'Lists the challenges of a SCEP profile, the newest first: one line each with its UUID, its state, how many of its uses are left, when it expires, for whom it is and who made it. The text of a challenge is shown once, when it is made, and is not stored.',
  options: [
    profileOption(),
    new Option('--state <state>', 'those in this state only').choices(Object.keys(CHALLENGE_STATES)),
    new Option('--limit <n>', 'so many').default('100'),
    serverOption(),
  ],
  examples: ['chancery challenge list', 'chancery challenge list --profile factory --state live --limit 1000 --json'],
  next: '"chancery challenge show UUID" tells who used one, "revoke" withdraws it.',
  async run({ server, profile, state, limit, json }, terminal) {
    if (!/^[1-9][0-9]{0,5}$/.test(limit))
      throw new CliFailure('failed', `--limit wants a whole number, not "${limit}".`)
    const client = await connect(server, terminal)
    const { uuid } = await findProfile(client, profile)
    const { challenges, isMore } = await upTo(Number(limit), client, uuid, state)
    if (json) terminal.out(`${JSON.stringify(challenges, null, 2)}\n`)
    else for (const challenge of challenges) terminal.out(`${challengeLine(challenge)}\n`)
    if (isMore) terminal.err(`There are more: raise --limit.\n`)
    return EXIT.ok.code
  },
}

async function upTo(limit: number, client: Client, uuid: string, state: ChallengeState | undefined) {
  const challenges: Challenge[] = []
  let cursor: string | null = null
  do {
    const query = {
      itemsPerPage: String(Math.min(PAGE, limit - challenges.length)),
      ...(state !== undefined && { state }),
      ...(cursor !== null && { cursor }),
    }
    const page: { challenges: Challenge[]; nextCursor: string | null } = await client.call(listChallenges, {
      params: { uuid },
      query,
    })
    challenges.push(...page.challenges)
    cursor = page.nextCursor
  } while (cursor !== null && challenges.length < limit)
  return { challenges, isMore: cursor !== null }
}
