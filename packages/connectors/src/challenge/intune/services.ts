import { IntuneError } from './intune-error.ts'
import type { ServiceName } from './service.ts'
import type { ServiceUris } from './service-list.ts'

const FRESH_MILLISECONDS = 60 * 60_000
/** An older list can only be wrong: it lets nobody in. */
const USABLE_MILLISECONDS = 24 * 60 * 60_000
/** A list without the service that is asked for: somebody may be giving the licence just now. */
const LACKING_MILLISECONDS = 60_000
/** After Graph has not answered, or has said that nothing moved. */
const QUIET_MILLISECONDS = 60_000

interface Held {
  readonly uris: ServiceUris
  readonly at: number
}

export interface ServicesOptions {
  /** @throws {IntuneError} nobody says */
  readonly discover: () => Promise<ServiceUris>
  readonly now: () => Date
}

/** Where the services of one tenant are: asked for by one call, whoever wants to know. */
export class Services {
  readonly #options: ServicesOptions
  #held: Held | undefined
  #asking: Promise<Held> | undefined
  /** What is held is used till then without asking. */
  #quietUntil = 0

  constructor(options: ServicesOptions) {
    this.#options = options
  }

  /** @throws {IntuneError} it is not known */
  async uri(service: ServiceName): Promise<string> {
    const now = this.#options.now().getTime()
    const known = this.#known(service)
    if (this.#held !== undefined && (this.#isFresh(this.#held, known, now) || now < this.#quietUntil)) {
      return known ?? fail(service, this.#held.uris)
    }
    try {
      const { uris } = await this.#ask()
      return uris.get(service.toLowerCase()) ?? fail(service, uris)
    } catch (error) {
      const older = this.#held
      const isLacking = error instanceof IntuneError && error.code === 'ERR_INTUNE_SERVICE_NOT_FOUND'
      if (known === undefined || older === undefined || isLacking || now >= older.at + USABLE_MILLISECONDS) throw error
      this.#quietUntil = now + QUIET_MILLISECONDS
      return known
    }
  }

  /**
   * Something went wrong there.
   * @param isGone it says itself that nothing is there; other faults need not mean that it has moved
   * @returns where it is instead; undefined: nowhere else that is known
   */
  async elsewhere(service: ServiceName, uri: string, isGone: boolean): Promise<string | undefined> {
    const known = this.#known(service)
    if (known !== undefined && known !== uri) return known
    const now = this.#options.now().getTime()
    if (!isGone && now < this.#quietUntil) return undefined
    try {
      const { uris } = await this.#ask()
      const found = uris.get(service.toLowerCase())
      if (found !== undefined && found !== uri) return found
    } catch (error) {
      if (!(error instanceof IntuneError)) throw error
    }
    this.#quietUntil = now + QUIET_MILLISECONDS
    return undefined
  }

  #known(service: ServiceName): string | undefined {
    return this.#held?.uris.get(service.toLowerCase())
  }

  #isFresh({ at }: Held, known: string | undefined, now: number): boolean {
    return now < at + (known === undefined ? LACKING_MILLISECONDS : FRESH_MILLISECONDS)
  }

  #ask(): Promise<Held> {
    this.#asking ??= this.#discover().finally(() => {
      this.#asking = undefined
    })
    return this.#asking
  }

  async #discover(): Promise<Held> {
    const uris = await this.#options.discover()
    this.#held = { uris, at: this.#options.now().getTime() }
    return this.#held
  }
}

function fail(service: ServiceName, uris: ServiceUris): never {
  throw new IntuneError(
    'ERR_INTUNE_SERVICE_NOT_FOUND',
    `Microsoft Graph lists no ${service} among the ${uris.size} services of the tenant. ` +
      'Check that Intune is licensed and that it is the tenant of the devices.',
  )
}
