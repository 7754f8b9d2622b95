import type { RefusalBounds } from './refusal/bounds.ts'
import type { Dialect } from './statement.ts'
import { StoreError } from './store-error.ts'

export interface StoreOptions {
  /** `sqlite:<path>` or `postgres://…` */
  readonly url: string
  /** Wraps the store key. */
  readonly keySecret: Buffer
  readonly now: () => Date
  /** Which of the server's processes opens it; PostgreSQL shows it as application_name. */
  readonly role?: 'primary' | 'worker'
  /** Connections of this process to PostgreSQL, beside the one that listens. */
  readonly poolSize?: number
  /** Bounds of what is kept of refusals; left out: the usual ones. */
  readonly refusals?: Partial<RefusalBounds>
}

export type StoreAddress =
  | { readonly dialect: Dialect & 'sqlite'; readonly path: string }
  | { readonly dialect: Dialect & 'postgres'; readonly url: string }

export function parseStoreUrl(url: string): StoreAddress {
  if (url.startsWith('sqlite:') && url.length > 'sqlite:'.length) {
    return { dialect: 'sqlite', path: url.slice('sqlite:'.length) }
  }
  if (/^postgres(ql)?:\/\//.test(url) && URL.canParse(url)) return { dialect: 'postgres', url }
  // The value is withheld: it may hold a password.
  throw new StoreError(
    'ERR_STORE_URL',
    'The address of the database is neither sqlite:<path> nor postgres://user@host/database. Correct CHANCERY_DATABASE_URL.',
  )
}
