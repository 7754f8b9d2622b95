/** The case that a worker is at, in memory that the main thread sees: it can name an input that never comes back. */
export interface SharedCase {
  readonly memory: SharedArrayBuffer
  write(index: number, input: Buffer): void
  read(): { readonly index: number; readonly input: Buffer }
  /** Changes with every case. */
  ticks(): number
}

const HEADER = 3
const MOST_OCTETS = 8 << 20

export function sharedCase(memory = new SharedArrayBuffer(HEADER * 4 + MOST_OCTETS)): SharedCase {
  const header = new Int32Array(memory, 0, HEADER)
  const octets = Buffer.from(memory, HEADER * 4)
  return {
    memory,
    write(index, input) {
      Atomics.store(header, 0, index)
      Atomics.store(header, 1, Math.min(input.length, octets.length))
      input.copy(octets)
      Atomics.add(header, 2, 1)
    },
    read: () => ({
      index: Atomics.load(header, 0),
      input: Buffer.from(octets.subarray(0, Atomics.load(header, 1))),
    }),
    ticks: () => Atomics.load(header, 2),
  }
}
