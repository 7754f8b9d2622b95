import type { DecisionRecord } from '@chancery/ra'
import type { DecisionQuery, DecisionSlice } from '../decision/query.ts'

/**
 * Refusals of requests that nothing vouched for. Whoever floods the server with them fills a store of their own, up to its
 * bounds, and the oldest of them go.
 */
export interface RefusalStore {
  /**
   * `full`: the disk is nearly full, and nothing was written. `busy`: another process writes; they may be given again.
   * @throws {StoreError} what is wrong with this store touches no other
   */
  write(records: readonly DecisionRecord[]): Promise<'written' | 'full' | 'busy'>
  /** The newest first. */
  read(query: DecisionQuery): Promise<DecisionSlice>
  find(uuid: string): Promise<DecisionRecord | undefined>
  isPruneDue(before: Date): Promise<boolean>
  prune(before: Date): Promise<void>
  close(): Promise<void>
}
