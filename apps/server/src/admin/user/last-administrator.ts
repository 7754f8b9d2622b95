import { isAdministratorEverywhere, type Store, type User } from '@chancery/store'
import type { Caller } from '../../auth/caller.ts'
import { AdminRefusal } from '../admin-refusal.ts'

/** These do not depend on any user, so they may take the last administrator away as well. */
const BESIDE_THE_SERVER: readonly Caller['kind'][] = ['socket', 'environment']

/**
 * Whoever goes on being an administrator after this one is not: the change must be conditional on that.
 * @returns undefined where it does not matter
 * @throws {AdminRefusal} 409 where there is nobody else
 */
export async function otherAdministrator(
  { users }: Pick<Store, 'users'>,
  user: User,
  caller: Caller,
): Promise<User | undefined> {
  if (!user.enabled || !isAdministratorEverywhere(user) || BESIDE_THE_SERVER.includes(caller.kind)) return undefined
  const other = (await users.administrators()).find(({ uuid }) => uuid !== user.uuid)
  if (other !== undefined) return other
  throw new AdminRefusal(409, [
    `${user.name} is the last administrator who can sign in. Make another one first, or do it with "chancery user" beside the server.`,
  ])
}
