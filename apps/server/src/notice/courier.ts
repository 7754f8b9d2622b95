import { type Outcome, type PostWebhook, tellWebhook } from '@chancery/connectors'
import type { NoticeChannel } from '@chancery/ra'
import { composeMail } from './mail.ts'
import type { SendMail } from './mailer.ts'

export interface CourierOptions {
  readonly post: PostWebhook
  readonly sendMail: SendMail
  readonly now: () => Date
  readonly publicUrl: string | undefined
}

/** Takes notices to where a channel leads. In one process a channel is served once at a time, and none waits for another. */
export class Courier {
  readonly #options: CourierOptions
  readonly #busy = new Map<string, Promise<void>>()

  constructor(options: CourierOptions) {
    this.#options = options
  }

  /** All in one mail; to a webhook the first alone. */
  async tell(
    { delivery }: NoticeChannel,
    notices: Parameters<typeof composeMail>[0] & readonly { uuid: string }[],
  ): Promise<Outcome> {
    const { post, sendMail, now, publicUrl } = this.#options
    const [first] = notices
    if (first === undefined) return { outcome: 'delivered' }
    if (delivery.kind === 'email') return sendMail(delivery.to, composeMail(notices, publicUrl), first.uuid)
    return tellWebhook({ rule: delivery.rule, key: delivery.key, post }, first, now())
  }

  /** Unless this channel is being served: then undefined. */
  serve(channelUuid: string, work: () => Promise<void>): Promise<void> | undefined {
    if (this.#busy.has(channelUuid)) return undefined
    const served = work().finally(() => this.#busy.delete(channelUuid))
    this.#busy.set(channelUuid, served)
    return served
  }

  /** What is under way has its own limits of time. */
  async stop(): Promise<void> {
    await Promise.allSettled(this.#busy.values())
  }
}
