import { resolve } from 'node:path'
import { must, run } from './command.ts'
import type { TestServer } from './server.ts'

const SCRIPT = resolve(import.meta.dirname, 'e2e/core-api.sh')

export const STATIC_CHALLENGE = 'a-static-challenge-of-the-plant-1'

/** What the set-up made, as the script prints it. */
export interface SetUp {
  readonly AUTHORITY: string
  readonly RA_PROFILE: string
  readonly SCEP_PROFILE: string
  readonly SCEP_URL: string
  readonly RA_URL: string
}

/** The steps of tests/e2e/core-api.sh against a server: plain curl, as automation would have it. */
export function coreApi(server: TestServer, name = 'plant') {
  const env = (known: object) => ({
    PATH: process.env.PATH ?? '',
    BASE: server.url,
    TOKEN: server.adminToken,
    CHALLENGE: STATIC_CHALLENGE,
    ...known,
  })
  const step = async (what: string, known: object = {}) =>
    (await must('sh', [SCRIPT, what, name], { env: env(known) })).toString()
  return {
    setUp: async () => assignments(await step('set-up')) as unknown as SetUp,
    challenge: async (made: SetUp) => assignments(await step('challenge', made)).CHALLENGE ?? '',
    edit: async (made: SetUp) => JSON.parse(await step('edit', made)) as Record<string, unknown>,
    disable: (made: SetUp) => step('disable', made),
    enable: (made: SetUp) => step('enable', made),
    /** What could not be deleted, and SCEP at the RA profile afterwards. */
    forceDelete: async (made: SetUp) =>
      (await step('force-delete', made))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as unknown),
    withToken: (token: string) => run('sh', [SCRIPT, 'set-up', 'other'], { env: env({ TOKEN: token }) }),
  }
}

function assignments(text: string): Record<string, string> {
  const lines = text.trim().split('\n')
  return Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]))
}
