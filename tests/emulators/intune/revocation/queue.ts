import { randomBytes } from 'node:crypto'
import type { ResultName } from './result-code.ts'

/** What a CA is asked to revoke. */
export interface RevocationRequest {
  readonly tenant: string
  readonly requestContext: string
  readonly serialNumber: string
  readonly issuerName: string | null
  readonly caConfiguration: string | null
  /** Challenge of the certificate, where it was issued here. */
  readonly requestId: string | undefined
  state: 'pending' | 'delivered' | 'revoked' | 'failed'
  /** In the order of their arrival. */
  readonly results: { readonly code: ResultName; readonly message: string }[]
  deliveries: number
  deliveredAt: Date | undefined
}

/** An item as somebody else would have put it there; members left out are left out of the answer too. */
export interface RawRevocation {
  readonly tenant?: string
  readonly requestContext?: string
  readonly serialNumber?: string
  readonly issuerName?: string | null
  readonly caConfiguration?: string | null
}

/** Long, as the real ones are. */
const newContext = (): string => randomBytes(180).toString('base64')

/** Revocation requests, the oldest first. */
export class RevocationQueue {
  readonly #requests: RevocationRequest[] = []
  /** When the cool-down began, by what it is counted for. */
  readonly coolDownSince = new Map<string, Date>()

  enqueue(
    wish: RawRevocation & { readonly tenant: string; readonly requestId?: string | undefined },
  ): RevocationRequest {
    const request: RevocationRequest = {
      tenant: wish.tenant,
      requestContext: wish.requestContext ?? newContext(),
      serialNumber: wish.serialNumber ?? '',
      issuerName: wish.issuerName ?? null,
      caConfiguration: wish.caConfiguration ?? null,
      requestId: wish.requestId,
      state: 'pending',
      results: [],
      deliveries: 0,
      deliveredAt: undefined,
    }
    this.#requests.push(request)
    return request
  }

  find(tenant: string, context: string): RevocationRequest | undefined {
    return this.#requests.find((one) => one.tenant === tenant && one.requestContext === context)
  }

  /** Those that wait for a result. */
  open(tenant: string): RevocationRequest[] {
    const waiting = this.#requests.filter(({ state }) => state === 'pending' || state === 'delivered')
    return waiting.filter((one) => one.tenant === tenant)
  }

  all(): RevocationRequest[] {
    return [...this.#requests]
  }
}
