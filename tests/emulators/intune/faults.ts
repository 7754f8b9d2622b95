import type { Endpoint } from './service.ts'

/** What goes wrong. `when: 'after'`: the service did what it was asked, and only its answer is lost. */
export type Fault =
  | {
      readonly kind: 'status'
      readonly status: number
      readonly body?: string
      readonly headers?: Readonly<Record<string, string>>
    }
  /** 429 with Retry-After, at the token endpoint in plain text. */
  | { readonly kind: 'retryAfter'; readonly seconds: number; readonly status?: 429 | 503 }
  /** Answers late. */
  | { readonly kind: 'delay'; readonly milliseconds: number }
  /** Never answers. */
  | { readonly kind: 'hang'; readonly when?: 'before' | 'after' }
  /** Closes the connection without an answer. */
  | { readonly kind: 'reset'; readonly when?: 'before' | 'after' }
  /** Half of the answer, then the connection closes. */
  | { readonly kind: 'truncate' }
  /** A page of HTML, HTTP 200 unless said otherwise: a proxy. */
  | { readonly kind: 'notJson'; readonly status?: number }
  | { readonly kind: 'emptyBody'; readonly status?: number }
  /** JSON, but not the object that it should be. */
  | { readonly kind: 'wrongType'; readonly body?: unknown }
  /** The answer that it would be, with another code, known or not. */
  | { readonly kind: 'code'; readonly code: string; readonly description?: string }
  /** The tenant moves to another scale unit; this one answers with the status from now on. */
  | { readonly kind: 'moved'; readonly status?: 404 | 410 | 421 }
  /** The status line, and then the header fields one by one. */
  | { readonly kind: 'slowHeaders'; readonly milliseconds: number }
  /** Elsewhere; to a place of the emulator's own that records who follows, if left out. */
  | { readonly kind: 'redirect'; readonly url?: string; readonly status?: 301 | 302 | 307 | 308 }
  | { readonly kind: 'hugeBody'; readonly bytes: number }

export interface Injection {
  readonly endpoint: Endpoint | 'any'
  /** Once if left out. */
  readonly times?: number | 'always'
  /** So many requests go well before. */
  readonly after?: number
  readonly fault: Fault
}

/** Faults that were ordered and not yet used up; for one request the oldest fitting one. */
export class Faults {
  #ordered: { readonly injection: Injection; skip: number; left: number }[] = []

  inject(injection: Injection): void {
    const { times = 1, after = 0 } = injection
    this.#ordered.push({ injection, skip: after, left: times === 'always' ? Number.POSITIVE_INFINITY : times })
  }

  next(endpoint: Endpoint): Fault | undefined {
    for (const one of this.#ordered) {
      if (one.injection.endpoint !== 'any' && one.injection.endpoint !== endpoint) continue
      if (one.skip > 0) {
        one.skip -= 1
        continue
      }
      if (one.left <= 0) continue
      one.left -= 1
      return one.injection.fault
    }
    return undefined
  }

  clear(): void {
    this.#ordered = []
  }
}
