import type { IntuneRule } from '@chancery/ra'
import type { Secret } from '@chancery/scep'
import { IntuneConnection } from './connection.ts'
import { type IntuneSettings, readIdentity } from './identity.ts'
import type { IntunePorts } from './ports.ts'

/** More than one process has to do with; beyond it the one is forgotten that was asked for longest ago. */
const MOST_HELD = 1000

/**
 * The connections of one process, whatever the version of the configuration: profiles that speak to the same Intune as the
 * same application with the same credential share one, with its tokens and what it knows of the services.
 */
export class IntuneConnections {
  readonly ports: IntunePorts
  readonly #held = new Map<string, IntuneConnection>()
  /** So that a private key is not read again for each request. */
  readonly #ofRule = new WeakMap<
    IntuneRule,
    { readonly key: Secret | undefined; readonly connection: IntuneConnection }
  >()

  constructor(ports: IntunePorts) {
    this.ports = ports
  }

  /** @throws {IntuneError} the settings cannot be used */
  to(settings: IntuneSettings): IntuneConnection {
    const { rule, key } = settings
    const known = this.#ofRule.get(rule)
    if (known !== undefined && known.key === key) return known.connection
    const connection = this.#connect(settings)
    this.#ofRule.set(rule, { key, connection })
    return connection
  }

  #connect(settings: IntuneSettings): IntuneConnection {
    const identity = readIdentity(settings, this.ports.overrides)
    const connection = this.#held.get(identity.digest) ?? new IntuneConnection(identity, this.ports)
    this.#held.delete(identity.digest)
    this.#held.set(identity.digest, connection)
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= MOST_HELD) break
      this.#held.delete(oldest)
    }
    return connection
  }
}
