import { describe, expect, test } from 'vitest'
import { type ForeignClient, locate } from './client.ts'

/**
 * A suite that needs somebody else's client: skipped where it is not installed, failing where
 * `CHANCERY_REQUIRE_CLIENTS=1` says that nothing may be skipped.
 */
export function withClient(client: ForeignClient, suite: (command: string) => void): void {
  const command = locate(client)
  const required = process.env.CHANCERY_REQUIRE_CLIENTS === '1'
  describe.skipIf(command === undefined && !required)(client.name, () => {
    if (command === undefined && required)
      test('is installed', () => expect.fail(`apt-get install ${client.packages.join(' ')}`))
    else suite(command ?? client.command)
  })
}
