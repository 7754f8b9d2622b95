import type { Secret } from '@chancery/scep'
import { IntuneError } from './intune-error.ts'
import type { Token } from './token.ts'

/** So long before its end a token is replaced, or at half of its life. */
const EARLY_MILLISECONDS = 5 * 60_000
/** Entra ID is left alone for so long after it did not accept the credential, or did not answer while a token is good. */
const QUIET_MILLISECONDS = 5_000

export interface TokensOptions {
  /** @throws {IntuneError} none is given */
  readonly request: (scope: string) => Promise<Token>
  readonly now: () => Date
}

/** The tokens of one application with one credential: each is asked for by one call, whoever wants it. */
export class Tokens {
  readonly #options: TokensOptions
  readonly #held = new Map<string, Token>()
  readonly #asking = new Map<string, Promise<Token>>()
  readonly #quiet = new Map<string, { readonly until: number; readonly why: IntuneError }>()

  constructor(options: TokensOptions) {
    this.#options = options
  }

  /** @throws {IntuneError} there is none, and none is given */
  async get(scope: string): Promise<Secret> {
    const now = this.#options.now().getTime()
    const held = this.#held.get(scope)
    if (held !== undefined && now < freshUntil(held)) return held.value
    const quiet = this.#quiet.get(scope)
    if (quiet !== undefined && now < quiet.until) return stillGood(held, now) ?? fail(quiet.why)
    const asking = this.#asking.get(scope) ?? this.#ask(scope)
    try {
      return (await asking).value
    } catch (error) {
      const good = error instanceof IntuneError ? stillGood(held, this.#options.now().getTime()) : undefined
      if (good === undefined) throw error
      return good
    }
  }

  /** It was not accepted. A newer one, which somebody else has asked for meanwhile, stays. */
  drop(scope: string, token: Secret): void {
    if (this.#held.get(scope)?.value === token) this.#held.delete(scope)
  }

  #ask(scope: string): Promise<Token> {
    const asking = this.#request(scope).finally(() => this.#asking.delete(scope))
    this.#asking.set(scope, asking)
    return asking
  }

  async #request(scope: string): Promise<Token> {
    try {
      const token = await this.#options.request(scope)
      this.#held.set(scope, token)
      this.#quiet.delete(scope)
      return token
    } catch (error) {
      if (error instanceof IntuneError && (error.oauth === 'invalid_client' || this.#held.has(scope))) {
        this.#quiet.set(scope, { until: this.#options.now().getTime() + QUIET_MILLISECONDS, why: error })
      }
      throw error
    }
  }
}

function freshUntil({ obtainedAt, expiresAt }: Token): number {
  const life = expiresAt.getTime() - obtainedAt.getTime()
  return expiresAt.getTime() - Math.min(EARLY_MILLISECONDS, life / 2)
}

/** To be replaced, but not over. */
function stillGood(token: Token | undefined, now: number): Secret | undefined {
  return token !== undefined && now < token.expiresAt.getTime() ? token.value : undefined
}

function fail(error: IntuneError): never {
  throw error
}
