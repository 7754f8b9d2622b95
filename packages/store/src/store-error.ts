/** What can be wrong with a store as a whole; a lost race inside it is a `UnitConflict`, not an error. */
export type StoreErrorCode =
  /** No tables yet. */
  | 'ERR_STORE_EMPTY'
  /** Made by a Chancery that this one cannot read. */
  | 'ERR_STORE_NEWER'
  /** Made by an older Chancery and not migrated yet. */
  | 'ERR_STORE_OLDER'
  /** Somebody else's database. */
  | 'ERR_STORE_FOREIGN'
  /** The key secret does not open the store key. */
  | 'ERR_STORE_KEY'
  /** A sealed value does not open: it was changed or moved. */
  | 'ERR_STORE_SEAL'
  /** Another process holds the data directory. */
  | 'ERR_STORE_LOCKED'
  /** The database stayed locked, was unreachable or could not write. */
  | 'ERR_STORE_BUSY'
  | 'ERR_STORE_UNAVAILABLE'
  /** The address of the database cannot be used. */
  | 'ERR_STORE_URL'
  /** A value that must be unique is there already. */
  | 'ERR_STORE_DUPLICATE'

/** `message` is a sentence for the administrator with the next step; the database's own words are in `cause`. */
export class StoreError extends Error {
  readonly code: StoreErrorCode

  constructor(code: StoreErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'StoreError'
    this.code = code
  }
}
