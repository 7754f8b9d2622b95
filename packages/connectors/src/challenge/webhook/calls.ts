/** Questions that one profile may have open in one process. */
const MOST_OPEN = 16

/**
 * The questions that are open in this process. Those of one profile are bounded, so that a webhook that hangs holds up no
 * other profile; and of several messages of one request the first asks, and all hear the answer.
 */
export class WebhookCalls<Answer> {
  readonly #open = new Map<number, Map<string, Promise<Answer>>>()
  readonly #most: number

  constructor(most = MOST_OPEN) {
    this.#most = most
  }

  /** @returns undefined: as many are open as may */
  ask(profile: number, question: string, ask: () => Promise<Answer>): Promise<Answer> | undefined {
    const open = this.#open.get(profile) ?? new Map<string, Promise<Answer>>()
    const same = open.get(question)
    if (same !== undefined) return same
    if (open.size >= this.#most) return undefined
    const answer = ask().finally(() => {
      open.delete(question)
      if (open.size === 0) this.#open.delete(profile)
    })
    open.set(question, answer)
    this.#open.set(profile, open)
    return answer
  }
}
