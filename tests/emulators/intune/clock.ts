/** The time that tokens, challenges and the cool-down live by; it only runs faster when somebody says so. */
export interface EmulatorClock {
  now(): Date
  advance(milliseconds: number): void
}

export function emulatorClock(base: () => Date = () => new Date()): EmulatorClock {
  let ahead = 0
  return {
    now: () => new Date(base().getTime() + ahead),
    advance(milliseconds) {
      ahead += milliseconds
    },
  }
}
