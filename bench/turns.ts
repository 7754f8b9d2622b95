import type { TestServer } from '../tests/server.ts'
import { type LoadFigures, runLoad } from './run-load.ts'
import type { Workload } from './workload.ts'

export interface Turn {
  readonly server: TestServer
  readonly workload: Workload
}

/**
 * One window on each of two servers, which take turns at being the first, so that whatever else the machine does meets both
 * alike.
 */
export async function inTurns(
  turns: readonly [Turn, Turn],
  window: number,
  connections: number,
): Promise<[LoadFigures, LoadFigures]> {
  const [first, second] = window % 2 === 0 ? turns : turns.toReversed()
  const load = ({ server, workload }: Turn) => runLoad(server, workload, connections)
  const figures = [await load(first as Turn), await load(second as Turn)] as [LoadFigures, LoadFigures]
  return window % 2 === 0 ? figures : [figures[1], figures[0]]
}
