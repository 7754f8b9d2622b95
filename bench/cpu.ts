import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second in /proc (sysconf _SC_CLK_TCK), 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100

/** Processor time that a process and its children (the workers) have used, in microseconds. Linux only. */
export function cpuMicroseconds(pid: number): number {
  let ticks = 0
  for (const one of processTree(pid)) {
    const fields = statFields(one)
    ticks += Number(fields[11]) + Number(fields[12])
  }
  return (ticks * 1e6) / TICKS_PER_SECOND
}

function processTree(pid: number): number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((other) => parentOf(other) === pid)
  return [pid, ...children.flatMap(processTree)]
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(statFields(pid)[1])
  } catch {
    return undefined // ended meanwhile
  }
}

/** Fields of /proc/pid/stat from `state` on: the name before it may hold blanks. */
function statFields(pid: number): string[] {
  const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}
