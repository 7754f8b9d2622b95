/**
 * `npm run fuzz -- --cases 1000000`: wrong inputs for every decoder, for a night or an hour.
 * Ends with 1 when anything was found; each finding is a file and a line that repeats it.
 */
import { createHash, randomInt } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { signature } from './run-cases.ts'
import { type Report, runTarget } from './run-target.ts'
import { makeSamples } from './samples.ts'
import { outcomeOf } from './target.ts'
import { TARGETS } from './targets.ts'

const HELP = `npm run fuzz -- [--cases 1000000] [--seed NUMBER] [--target NAME] [--no-growth] [--out FOLDER]
npm run fuzz -- --target NAME --input FILE      reads one input again

Targets: ${Object.keys(TARGETS).join(', ')}`

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    target: { type: 'string' },
    input: { type: 'string' },
    out: { type: 'string', default: 'fuzz-findings' },
    'no-growth': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const chosen = Object.entries(TARGETS).filter(([name]) => values.target === undefined || name === values.target)
const cases = Number(values.cases)
const seed = Number(values.seed ?? randomInt(2 ** 31))

if (values.help || chosen.length === 0 || !Number.isInteger(cases) || !Number.isInteger(seed)) {
  console.error(HELP)
  process.exitCode = values.help ? 0 : 2
} else if (values.input !== undefined) {
  process.exitCode = await repeat(readFileSync(values.input))
} else {
  process.exitCode = (await run()) === 0 ? 0 : 1
}

async function repeat(input: Buffer): Promise<number> {
  await makeSamples()
  let found = 0
  for (const [name, target] of chosen) {
    const started = performance.now()
    const result = await outcomeOf(target, input)
    const milliseconds = (performance.now() - started).toFixed(1)
    console.log(`${name}: ${result.outcome} after ${milliseconds} ms`)
    if (result.outcome === 'refused') console.log(`  ${result.why}`)
    if (result.outcome !== 'finding') continue
    found = 1
    console.log(`  ${signature(result.error)}`, result.error)
  }
  return found
}

async function run(): Promise<number> {
  const shares = chosen.map(([, { share = 1 }]) => share)
  const all = shares.reduce((sum, share) => sum + share, 0)
  const started = performance.now()
  let findings = 0
  let done = 0
  console.error(`seed ${seed}, ${cases} cases of ${chosen.length} decoders`)
  for (const [at, [name]] of chosen.entries()) {
    const to = Math.ceil((cases * (shares[at] as number)) / all)
    const begun = performance.now()
    const rate = (count: number, since: number) => Math.round((count * 1000) / (performance.now() - since))
    const tally = await runTarget(
      { name, seed, from: 0, to, growth: !values['no-growth'] },
      {
        found(report) {
          findings++
          console.error(written(name, report))
        },
        progress: progressEvery(5000, (index) => {
          const share = (((done + index) / cases) * 100).toFixed(1)
          const [speed, heap] = [rate(index, begun), megabytes(process.memoryUsage().rss)]
          console.error(`${share} %  ${name} ${index} of ${to}, ${speed} cases/s, ${heap} MB resident, seed ${seed}`)
        }),
      },
    )
    done += tally.cases
    const { heap, slowestMilliseconds, ...counts } = tally
    const slowest = Math.round(slowestMilliseconds * 10) / 10
    console.log(
      JSON.stringify({ target: name, ...counts, slowestMilliseconds: slowest, heapMegabytes: megabytes(heap) }),
    )
  }
  const seconds = Math.round((performance.now() - started) / 1000)
  console.log(`${done} cases in ${seconds} s (${rate(done)} a second), seed ${seed}: ${findings || 'no'} findings`)
  return findings

  function rate(count: number): number {
    return Math.round((count * 1000) / (performance.now() - started))
  }
}

function written(name: string, { kind, why, input }: Report): string {
  mkdirSync(values.out, { recursive: true })
  const file = join(values.out, `${name}-${kind}-${createHash('sha256').update(input).digest('hex').slice(0, 12)}.bin`)
  writeFileSync(file, input)
  const repeated = `npm run fuzz -- --target ${name} --input ${file}`
  return `\n${kind} in ${name}: ${why}\n  ${input.length} octets ${input.toString('hex', 0, 60)}\n  ${repeated}\n`
}

function progressEvery(milliseconds: number, print: (index: number) => void): (index: number) => void {
  let last = performance.now()
  return (index) => {
    if (index < 0 || performance.now() - last < milliseconds) return
    last = performance.now()
    print(index)
  }
}

function megabytes(octets: number): number {
  return Math.round(octets / (1 << 20))
}
