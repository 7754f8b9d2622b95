import type { Driver } from '../driver.ts'
import { toUser, type User } from './user.ts'

export interface UserListOptions {
  /** Also those that were deleted. */
  readonly deleted?: boolean | undefined
  /** Where the page before ended. */
  readonly after?: number | undefined
  readonly limit: number
}

export interface UserPage {
  readonly users: readonly User[]
  /** Where the next page begins; undefined: there is none. */
  readonly next: number | undefined
}

/** In the order in which they came: names may be given while somebody reads. */
export async function listUsers(
  driver: Driver,
  { deleted = false, after = 0, limit }: UserListOptions,
): Promise<UserPage> {
  const rows = await driver.report((db) => {
    const query = db
      .selectFrom('user')
      .selectAll()
      .where('id', '>', after)
      .orderBy('id')
      .limit(limit + 1)
    return deleted ? query : query.where('deleted_at', 'is', null)
  })
  const page = rows.slice(0, limit)
  return { users: page.map(toUser), next: rows.length > limit ? Number(page.at(-1)?.id) : undefined }
}
