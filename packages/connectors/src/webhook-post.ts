/** One signed question on its way. How it gets there (names, addresses, TLS) is for whoever makes the function. */
export interface WebhookRequest {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
  readonly timeoutMilliseconds: number
  readonly allowPrivateAddresses: boolean
  /** PEM; null: those that the system trusts. */
  readonly trustedCertificates: string | null
}

export interface WebhookResponse {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: Buffer
}

/** No redirect is followed. Rejects with words for the administrator where no answer came. */
export type PostWebhook = (request: WebhookRequest) => Promise<WebhookResponse>

/** Longer answers are not read. */
export const LONGEST_ANSWER = 64 * 1024
