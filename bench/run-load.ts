import type { TestServer } from '../tests/server.ts'
import { percentile } from './ceiling.ts'
import { cpuMicroseconds } from './cpu.ts'
import { runScript } from './run-script.ts'
import type { Workload } from './workload.ts'

/** One workload driven through one server. */
export interface LoadFigures {
  readonly requests: number
  readonly perSecond: number
  readonly p50Milliseconds: number
  readonly p99Milliseconds: number
  readonly serverCpuMicroseconds: number
  readonly httpFailures: number
  readonly replyFile: string
  /** When each answer was there, in milliseconds since 1970. */
  readonly finishedAt: readonly number[]
}

export async function runLoad(server: TestServer, workload: Workload, connections: number): Promise<LoadFigures> {
  const { hostname, port } = new URL(server.url)
  const replyFile = `${workload.file}.replies`
  const cpuBefore = cpuMicroseconds(server.pid)
  const printed = await runScript('drive.ts', [hostname, port, String(connections), workload.file, replyFile])
  const cpu = cpuMicroseconds(server.pid) - cpuBefore
  const { seconds, failures, microseconds, finishedAt } = JSON.parse(printed) as {
    seconds: number
    failures: number
    microseconds: number[]
    finishedAt: number[]
  }
  const sorted = microseconds.sort((a, b) => a - b)
  return {
    requests: sorted.length,
    perSecond: sorted.length / seconds,
    p50Milliseconds: percentile(sorted, 0.5) / 1000,
    p99Milliseconds: percentile(sorted, 0.99) / 1000,
    serverCpuMicroseconds: cpu / sorted.length,
    httpFailures: failures,
    replyFile,
    finishedAt,
  }
}
