import { readJsonObject } from '../../json-object.ts'
import { CALLS, type CallName } from './call.ts'
import type { ContactCall, IntuneContact } from './contact.ts'
import { discover } from './discover.ts'
import { exchange, NoAnswer } from './exchange.ts'
import type { IntuneIdentity } from './identity.ts'
import { IntuneError } from './intune-error.ts'
import { LONGEST_ANSWER } from './limits.ts'
import { persist, settled } from './persist.ts'
import type { IntunePorts, IntuneResponse } from './ports.ts'
import { serviceRefusal } from './refusal.ts'
import { SERVICES } from './service.ts'
import type { ServiceUris } from './service-list.ts'
import { Services } from './services.ts'
import { intuneScope, requestToken, type Token } from './token.ts'
import { Tokens } from './tokens.ts'
import { withToken } from './with-token.ts'
import { within } from './within.ts'

type JsonObject = Readonly<Record<string, unknown>>

/** What an answer comes to. */
export interface Reading<T> {
  readonly value: T
  /** It says no: why, for the administrator. */
  readonly refusal?: string
}

/** One Intune, spoken to as one application with one credential: its tokens, and where its services are. */
export class IntuneConnection {
  readonly identity: IntuneIdentity
  readonly #ports: IntunePorts
  readonly #tokens: Tokens
  readonly #services: Services

  constructor(identity: IntuneIdentity, ports: IntunePorts) {
    this.identity = identity
    this.#ports = ports
    const { now } = ports
    this.#tokens = new Tokens({ now, request: (scope) => this.#requestToken(scope) })
    this.#services = new Services({ now, discover: () => this.#discover() })
  }

  get product(): string {
    return this.#ports.product
  }

  /**
   * Asks or tells, again where that may help.
   * @param read throws an IntuneError where the answer is none
   * @throws {IntuneError} there is no answer that counts
   */
  async call<T>(name: CallName, content: JsonObject, read: (answer: JsonObject) => Reading<T>): Promise<T> {
    const { contact, budget } = CALLS[name]
    const clientRequestId = this.#ports.guid()
    const signal = AbortSignal.timeout(this.#ports.limits[budget])
    const reading = await this.#watched(contact, clientRequestId, signal, async () => {
      const body = Buffer.from(JSON.stringify(content))
      // Also while it waits for what others have asked for.
      const response = await within(signal, this.#send(name, body, clientRequestId, signal))
      if (response.status !== 200) throw serviceRefusal(response)
      const answer = readJsonObject(response.body)
      if (answer !== undefined) return read(answer)
      throw new IntuneError('ERR_INTUNE_ANSWER', 'Intune gives an answer that is not its own (no JSON). Check proxies.')
    })
    return reading.value
  }

  #send(name: CallName, body: Buffer, clientRequestId: string, budget: AbortSignal): Promise<IntuneResponse> {
    const { service, path, persistence } = CALLS[name]
    let mayHaveMoved = true
    const attempt = async () => {
      const uri = await this.#services.uri(service)
      const outcome = await settled(() => this.#post(`${uri}${path}`, name, body, clientRequestId, budget))
      const fault = mayHaveMoved ? faultOf(outcome) : 'none'
      if (fault !== 'none') {
        mayHaveMoved = false
        const moved = await this.#services.elsewhere(service, uri, fault === 'gone')
        if (moved !== undefined) return this.#post(`${moved}${path}`, name, body, clientRequestId, budget)
      }
      if (outcome instanceof NoAnswer) throw outcome
      return outcome
    }
    return persist(attempt, persistence, this.#ports, budget)
  }

  #post(url: string, name: CallName, body: Buffer, clientRequestId: string, budget: AbortSignal) {
    const { product } = this.#ports
    return withToken(this.#tokens, intuneScope(this.identity.endpoints), (token) => {
      const headers = {
        authorization: `Bearer ${token.reveal()}`,
        accept: 'application/json',
        'content-type': 'application/json; charset=utf-8',
        'content-length': String(body.length),
        'client-request-id': clientRequestId,
        'api-version': SERVICES[CALLS[name].service].apiVersion,
        // Spelt so by Microsoft's own client.
        UserAgent: product,
        'user-agent': product,
      }
      return exchange('Intune', { method: 'POST', url, headers, body, longest: LONGEST_ANSWER }, this.#ports, budget)
    })
  }

  #requestToken(scope: string): Promise<Token> {
    const signal = this.#sharedBudget()
    return this.#watched('token', null, signal, async () => {
      const value = await requestToken(scope, this.identity, this.#ports, signal)
      return { value }
    }).then(({ value }) => value)
  }

  #discover(): Promise<ServiceUris> {
    const clientRequestId = this.#ports.guid()
    const signal = this.#sharedBudget()
    return this.#watched('discovery', clientRequestId, signal, async () => {
      const value = await discover(this.identity, this.#tokens, this.#ports, clientRequestId, signal)
      return { value }
    }).then(({ value }) => value)
  }

  /** What many wait for is not over when the first of them has no more time. */
  #sharedBudget(): AbortSignal {
    return AbortSignal.timeout(this.#ports.limits.enrolmentMilliseconds)
  }

  /** However it ends, somebody is told. */
  async #watched<T>(
    call: ContactCall,
    clientRequestId: string | null,
    budget: AbortSignal,
    work: () => Promise<Reading<T>>,
  ): Promise<Reading<T>> {
    const { onContact, now } = this.#ports
    const { voucher } = this.identity
    const told = (outcome: IntuneContact['outcome'], detail: string | null) =>
      onContact({ voucher, call, at: now(), outcome, detail, clientRequestId })
    try {
      const reading = await work()
      told(reading.refusal === undefined ? 'ok' : 'refused', reading.refusal ?? null)
      return reading
    } catch (cause) {
      const error = cause !== budget.reason || cause instanceof IntuneError ? cause : overdue(cause)
      told('failed', error instanceof IntuneError ? error.message : 'a fault of our own')
      throw error
    }
  }
}

/** Whether the service may be somewhere else by now. */
function faultOf(outcome: IntuneResponse | NoAnswer): 'gone' | 'trouble' | 'none' {
  if (outcome instanceof NoAnswer) return 'trouble'
  if (outcome.status === 404 || outcome.status === 410 || outcome.status === 421) return 'gone'
  return outcome.status >= 500 ? 'trouble' : 'none'
}

function overdue(cause: unknown): IntuneError {
  return new IntuneError('ERR_INTUNE_UNREACHABLE', 'Intune gave no complete answer in time. It is tried again.', {
    cause,
  })
}
