/** How much room refusals may take. */
export interface RefusalBounds {
  readonly mostRows: number
  readonly mostOctets: number
  /** With less free disk than this none is written: first refusals stop, and issuing last (design, rule 8). */
  readonly leastFreeOctets: number
  /** Of the disk that holds them; given by tests. */
  readonly freeOctets?: () => Promise<number>
}

const MEGABYTE = 2 ** 20

const USUAL: RefusalBounds = { mostRows: 200_000, mostOctets: 256 * MEGABYTE, leastFreeOctets: 512 * MEGABYTE }

export function boundsOf(given: Partial<RefusalBounds> = {}): RefusalBounds {
  return { ...USUAL, ...given }
}
