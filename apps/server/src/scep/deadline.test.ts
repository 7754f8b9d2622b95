import { expect, test } from 'vitest'
import { type Clock, REFUSAL_MILLISECONDS, untilDeadline } from './deadline.ts'

/** A clock whose timers go by whole milliseconds, as the event loop's do: they count from the last tick. */
function tickingClock(start: number): Clock & { time: number } {
  return {
    time: start,
    now() {
      return this.time
    },
    async sleep(milliseconds) {
      this.time = Math.max(this.time, Math.floor(this.time) + Math.max(1, Math.ceil(milliseconds)))
    },
  }
}

async function leavesAt(arrived: number, work: number): Promise<number> {
  const clock = tickingClock(arrived + work)
  await untilDeadline(arrived, clock)
  return clock.time
}

test('S-7-02 when a refusal leaves depends on its arrival alone, not on a fraction of a millisecond of work', async () => {
  for (const arrived of [1000, 1000.25, 1000.5, 1000.999]) {
    const expected = Math.ceil(arrived + REFUSAL_MILLISECONDS)
    for (let work = 0.01; work < 100; work += 0.37) expect(await leavesAt(arrived, work), `${work} ms`).toBe(expected)
  }
})

test('what took longer than the deadline leaves at a multiple of it', async () => {
  for (const work of [250, 300.3, 400.9, 480]) expect(await leavesAt(5000, work)).toBe(5000 + 2 * REFUSAL_MILLISECONDS)
  expect(await leavesAt(5000, 600)).toBe(5000 + 3 * REFUSAL_MILLISECONDS)
})

test('one that ends just before the deadline still has a wait before it', async () => {
  expect(await leavesAt(5000, 249.9)).toBe(5000 + 2 * REFUSAL_MILLISECONDS)
  expect(await leavesAt(5000, 230)).toBe(5000 + REFUSAL_MILLISECONDS)
})
