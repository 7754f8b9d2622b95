import { type Enrolment, PROFILE_PATH } from './device.ts'

export interface LoadOutcome {
  /** The reply to each enrolment that got one. */
  readonly replies: ReadonlyMap<Enrolment, Buffer>
  /** Statuses of HTTP answers that held no reply. */
  readonly otherStatuses: readonly number[]
}

/**
 * Sends enrolments, so many at a time. A sender stops at the first connection that breaks, because its server is gone;
 * what was not answered is simply not among the replies.
 */
export async function drive(
  urls: readonly string[],
  enrolments: readonly Enrolment[],
  atOnce: number,
): Promise<LoadOutcome> {
  const replies = new Map<Enrolment, Buffer>()
  const otherStatuses: number[] = []
  const queue = enrolments.values()
  const sender = async (url: string): Promise<void> => {
    for (const enrolment of queue) {
      try {
        const answer = await fetch(`${url}${PROFILE_PATH}?operation=PKIOperation`, {
          method: 'POST',
          body: Uint8Array.from(enrolment.message),
        })
        const body = Buffer.from(await answer.arrayBuffer())
        if (answer.status === 200) replies.set(enrolment, body)
        else otherStatuses.push(answer.status)
      } catch {
        return
      }
    }
  }
  await Promise.all(Array.from({ length: atOnce }, (_, index) => sender(urls[index % urls.length] ?? '')))
  return { replies, otherStatuses }
}
