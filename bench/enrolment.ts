import { availableParallelism } from 'node:os'
import { discard, startOnCopy, type Template } from './bench-server.ts'
import { ceilingPerSecond, median, rsaPrivateOperationMicroseconds } from './ceiling.ts'
import { figure, say } from './figure.ts'
import { readAnswers } from './read-answers.ts'
import { type LoadFigures, runLoad } from './run-load.ts'
import type { WorkloadMaker } from './workload.ts'

const WARM_UP = 300
const ROUNDS = 3
/** Connections, and how many enrolments make a run of some seconds. */
const LOADS = [
  { connections: 1, requests: 1500 },
  { connections: 8, requests: 4000 },
  { connections: 32, requests: 5000 },
]

/** One run of a load, with what the RSA operations alone cost at that moment. */
interface Run extends LoadFigures {
  /** Microseconds of one RSA-2048 private operation. */
  readonly rsa: number
  readonly ratio: number
  readonly cpuRatio: number
  readonly failures: number
  readonly duplicates: number
}

/**
 * Enrolments a second on an empty store, against what the RSA operations alone would allow. The ceiling is measured
 * before and after every run; a figure is the median of three runs.
 */
export async function measureEnrolment(template: Template, maker: WorkloadMaker): Promise<void> {
  const processors = availableParallelism()
  for (const { connections, requests } of LOADS) {
    const runs: Run[] = []
    for (let round = 0; round < ROUNDS; round++) {
      say(`enrolment: ${connections} connections, run ${round + 1} of ${ROUNDS}`)
      const [warmUp, workload] = await maker.make([WARM_UP, requests])
      if (warmUp === undefined || workload === undefined) throw new Error('no workload')
      const server = await startOnCopy(template)
      await runLoad(server, warmUp, connections)
      const before = rsaPrivateOperationMicroseconds()
      const load = await runLoad(server, workload, connections)
      const rsa = (before + rsaPrivateOperationMicroseconds()) / 2
      await discard(server)
      const answers = await readAnswers(workload, load.replyFile, template.caCertificates)
      runs.push({
        ...load,
        rsa,
        ratio: load.perSecond / ceilingPerSecond(processors, rsa),
        cpuRatio: load.serverCpuMicroseconds / (3 * rsa),
        failures: answers.failures,
        duplicates: answers.serials.length - new Set(answers.serials).size,
      })
    }
    const of = (name: Exclude<keyof Run, 'replyFile' | 'finishedAt'>) => median(runs.map((run) => run[name]))
    const sum = (name: 'failures' | 'duplicates') => runs.reduce((total, run) => total + run[name], 0)
    const about = { connections, processors, requests }
    figure('enrolments', of('perSecond'), '1/s', about)
    figure('latency-p50', of('p50Milliseconds'), 'ms', about)
    figure('latency-p99', of('p99Milliseconds'), 'ms', about)
    figure('server-cpu', of('serverCpuMicroseconds'), 'us/enrolment', about)
    figure('rsa-private-operation', of('rsa'), 'us', about)
    figure('rate-to-ceiling', of('ratio'), 'ratio', { ...about, target: '>= 0.5 at 32 connections' })
    figure('cpu-to-rsa', of('cpuRatio'), 'ratio', { ...about, target: '<= 2.0 at 32 connections' })
    figure('failures', sum('failures'), 'answers', { ...about, target: '0' })
    figure('duplicate-serials', sum('duplicates'), 'certificates', { ...about, target: '0' })
  }
}
