import type { Certificate } from '@chancery/pki'
import type { Upstream } from './upstream.ts'
import { UpstreamError } from './upstream-error.ts'

/** Certificates and capabilities of the server are asked for again after so long. */
const FRESH_MILLISECONDS = 10 * 60_000
/** After a failure, so that not every request waits for the next one. */
const FAILED_MILLISECONDS = 5_000

export interface WatchOptions {
  /** The CA that issues, as it was when the authority was made. */
  readonly ca: Certificate
  readonly known: Upstream | undefined
  readonly ask: () => Promise<Upstream>
  readonly now: () => Date
  /** Told when it goes away, comes back, or is another one. */
  readonly onChange: (trouble: UpstreamError | undefined) => void
}

/** What one process knows of another SCEP server: asked for by one call, whoever wants to know it. */
export class WatchedUpstream {
  readonly #options: WatchOptions
  #known: Upstream | undefined
  #freshUntil = 0
  #failedUntil = 0
  #trouble: UpstreamError | undefined
  #asking: Promise<Upstream> | undefined

  constructor(options: WatchOptions) {
    this.#options = options
    this.#known = options.known
  }

  /**
   * As it is, or was ten minutes ago.
   * @throws {UpstreamError} it does not answer, or has another CA
   */
  async now(): Promise<Upstream> {
    const time = this.#options.now().getTime()
    if (this.#known !== undefined && time < this.#freshUntil) return this.#known
    if (this.#trouble !== undefined && time < this.#failedUntil) throw this.#trouble
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  /** As it is if it says so soon; else as it was when it was last seen. @throws {UpstreamError} */
  async lately(soon: <T>(work: Promise<T>) => Promise<T | 'later'>): Promise<Upstream> {
    const asked = this.now()
    asked.catch(() => undefined)
    try {
      const answer = await soon(asked)
      if (answer !== 'later') return answer
    } catch (error) {
      // Nothing is passed on to a CA that is another one; a server that is down will be up again.
      if (!(error instanceof UpstreamError) || error.code === 'ERR_UPSTREAM_CA' || this.#known === undefined)
        throw error
    }
    if (this.#known === undefined)
      throw new UpstreamError('ERR_UPSTREAM_UNREACHABLE', 'The SCEP server was never seen, and does not answer.')
    return this.#known
  }

  /** Asked anew next time: something did not go as it would if this were right. */
  forget(): void {
    this.#freshUntil = 0
  }

  async #ask(): Promise<Upstream> {
    const { ask, ca, now } = this.#options
    try {
      const upstream = await ask()
      if (!upstream.ca.der.equals(ca.der)) throw changed(upstream.ca)
      this.#known = upstream
      this.#freshUntil = now().getTime() + FRESH_MILLISECONDS
      this.#tell(undefined)
      return upstream
    } catch (error) {
      if (!(error instanceof UpstreamError)) throw error
      this.#failedUntil = now().getTime() + FAILED_MILLISECONDS
      this.#tell(error)
      throw error
    }
  }

  #tell(trouble: UpstreamError | undefined): void {
    const same = this.#trouble?.message === trouble?.message
    this.#trouble = trouble
    if (!same) this.#options.onChange(trouble)
  }
}

function changed(ca: Certificate): UpstreamError {
  return new UpstreamError(
    'ERR_UPSTREAM_CA',
    `The SCEP server issues with another CA certificate by now, whose fingerprint is ${ca.digest().toString('hex')}. ` +
      'Nothing is passed on to it: make a new authority for it.',
  )
}
