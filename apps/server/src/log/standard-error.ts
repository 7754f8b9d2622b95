import { write, writeSync } from 'node:fs'

const STANDARD_ERROR = 2
/** What may wait in memory for a reader that has stopped, or for a disk that is full; further lines are dropped. */
const MOST_WAITING = 8 * 1024 * 1024
const RETRY_MILLISECONDS = 200
const LAST_TRIES = 5
const NOTHING = Buffer.alloc(0)

export interface LineOutput {
  write(line: string): void
  /** What is waiting, now; gives up on a reader that takes nothing. */
  flush(): void
}

/**
 * Lines to a file descriptor, at once or several at a time outside the event loop. Whatever is wrong at the other end
 * (full disk, broken pipe, a reader that sleeps) neither ends nor holds up the process: it is tried again, up to a bound.
 */
export function lineOutput(mode: 'immediate' | 'batched', descriptor = STANDARD_ERROR): LineOutput {
  let begun = NOTHING
  let waiting = ''
  let busy = false

  const next = (): void => {
    if (begun.length === 0) {
      begun = Buffer.from(waiting)
      waiting = ''
    }
    busy = begun.length > 0
    if (!busy) return
    write(descriptor, begun, (error, written) => {
      begun = begun.subarray(written)
      if (error === null) next()
      else setTimeout(next, RETRY_MILLISECONDS).unref()
    })
  }
  const flush = (): void => {
    // What is being written at this moment is the kernel's already.
    let rest = busy ? Buffer.from(waiting) : Buffer.concat([begun, Buffer.from(waiting)])
    for (let failed = 0; rest.length > 0 && failed < LAST_TRIES; ) {
      try {
        rest = rest.subarray(writeSync(descriptor, rest))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') break
        failed++
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, RETRY_MILLISECONDS)
      }
    }
    waiting = rest.toString()
    if (!busy) begun = NOTHING
  }
  return {
    write(line) {
      if (begun.length + waiting.length + line.length > MOST_WAITING) return
      waiting += line
      if (mode === 'immediate') flush()
      else if (!busy) next()
    },
    flush,
  }
}
