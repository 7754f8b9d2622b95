/** The administration refuses; the messages are sentences for the caller, so no secret and no internal detail is in them. */
export class AdminRefusal extends Error {
  override readonly name = 'AdminRefusal'
  readonly status: 400 | 401 | 403 | 404 | 405 | 409 | 415 | 422 | 429 | 503
  readonly messages: readonly string[]
  readonly headers: Readonly<Record<string, string>>

  constructor(status: AdminRefusal['status'], messages: readonly string[], headers: Record<string, string> = {}) {
    super(messages.join(' '))
    this.status = status
    this.messages = messages
    this.headers = headers
  }
}
