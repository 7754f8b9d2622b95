import type { EmulatorClock } from './clock.ts'
import { AccessTokens } from './entra/access-token.ts'
import { Directory } from './entra/directory.ts'
import { defaultFlags } from './flags.ts'
import { RevocationQueue } from './revocation/queue.ts'
import { ChallengeBook } from './scep/challenge-book.ts'
import { RequestBook } from './scep/request-book.ts'
import { VIOLATIONS, type Violation, type ViolationKind } from './violations.ts'

/** Everything that the emulator remembers. */
export class EmulatorState {
  /** `http://127.0.0.1:port`, without a slash at the end. */
  url = ''
  readonly clock: EmulatorClock
  readonly flags = defaultFlags()
  readonly directory = new Directory()
  readonly tokens = new AccessTokens()
  /** jti of client assertions that were accepted. */
  readonly usedAssertions = new Set<string>()
  readonly challenges = new ChallengeBook()
  readonly requests = new RequestBook()
  readonly revocations = new RevocationQueue()
  readonly violations: Violation[] = []

  constructor(clock: EmulatorClock) {
    this.clock = clock
  }

  violate(kind: ViolationKind, detail = ''): void {
    this.violations.push({ kind, text: VIOLATIONS[kind], time: this.clock.now().toISOString(), detail })
  }
}
