import { Trace, Unavailable } from '@chancery/ra'
import { ScepError, type ScepRequest } from '@chancery/scep'
import type { ServedEndpoint } from '../context.ts'

/**
 * What is noted of one PKIOperation on its way; a record is made of it when the answer has left. It holds the message
 * itself, so it does not live long.
 */
export class Course {
  /** `performance.now()`. */
  readonly arrived: number
  #served: ServedEndpoint | undefined
  #bytes: Buffer | undefined
  #at: Date | undefined
  #request: ScepRequest | undefined
  #trace = new Trace()
  #certificate: string | undefined
  #error: unknown
  readonly #times: { open?: number; decide?: number; seal?: number } = {}

  constructor(arrived: number) {
    this.arrived = arrived
  }

  /** Again, where the configuration has changed meanwhile. */
  begin(served: ServedEndpoint, bytes: Buffer, at: Date): Trace {
    this.#served = served
    this.#bytes = bytes
    this.#at = at
    this.#trace = new Trace()
    this.#error = undefined
    return this.#trace
  }

  opened(request: ScepRequest, service: ServedEndpoint): void {
    this.#request = request
    this.#served = service
    this.#times.open = performance.now()
  }

  /** @param certificate UUID of the one that is delivered */
  decided(certificate: string | undefined): void {
    this.#certificate = certificate
    this.#times.decide = performance.now()
  }

  sealed(): void {
    this.#times.seal = performance.now()
  }

  stopped(error: unknown): void {
    this.#error = error
    if (error instanceof ScepError) this.#trace.says('refused', error.detail ?? error.message)
    else if (error instanceof Unavailable) this.#trace.says('undecided', error.message)
    else this.#trace.says('undecided', 'a fault of the server')
  }

  get served(): ServedEndpoint | undefined {
    return this.#served
  }

  /** The message. */
  get bytes(): Buffer | undefined {
    return this.#bytes
  }

  get at(): Date | undefined {
    return this.#at
  }

  /** Undefined: it was not opened. */
  get request(): ScepRequest | undefined {
    return this.#request
  }

  get trace(): Trace {
    return this.#trace
  }

  get certificate(): string | undefined {
    return this.#certificate
  }

  get error(): unknown {
    return this.#error
  }

  /** How long each step took that was taken, in milliseconds. */
  durations(total: number): Readonly<Record<'open' | 'decide' | 'seal' | 'total', number | null>> {
    const { open, decide, seal } = this.#times
    return {
      open: between(this.arrived, open),
      decide: between(open, decide),
      seal: between(decide, seal),
      total: rounded(total),
    }
  }
}

function between(from: number | undefined, to: number | undefined): number | null {
  return from === undefined || to === undefined ? null : rounded(to - from)
}

function rounded(milliseconds: number): number {
  return Math.round(milliseconds * 100) / 100
}
