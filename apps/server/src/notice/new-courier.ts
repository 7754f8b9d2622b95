import type { Config } from '../config.ts'
import { postWebhook } from '../webhook/post.ts'
import { Courier } from './courier.ts'
import { mailer } from './mailer.ts'

/** As the settings of this server have it. */
export function newCourier({ smtp, publicUrl }: Pick<Config, 'smtp' | 'publicUrl'>, now: () => Date): Courier {
  return new Courier({ post: postWebhook(), sendMail: mailer(smtp), now, publicUrl })
}
