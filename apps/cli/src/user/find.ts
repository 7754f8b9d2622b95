import { type Client, listUsers, type User } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'

/** @throws {CliFailure} where there is no such user (any more) */
export async function findUser(client: Client, name: string): Promise<User> {
  const { users } = await client.call(listUsers, { query: { name } })
  const [user] = users
  if (user !== undefined) return user
  throw new CliFailure('failed', `There is no user "${name}".`, { nextStep: 'See "chancery user list".' })
}
