import { uuidV7 } from '../uuid.ts'
import type { ApprovalQueue } from './queue.ts'

/** A request whose RA profile was deleted: by no rule can anybody decide about it any more. Its challenge is given back. */
export async function withdraw(uuid: string, queue: ApprovalQueue, now: Date): Promise<void> {
  const request = await queue.find(uuid)
  if (request === undefined) return
  const comment = 'Its RA profile was deleted.'
  const decision = { uuid: uuidV7(now), decision: 'expired', comment, by: 'expiry', role: null, at: now } as const
  await queue.deny(request, 'enrolment_refused', 'returned', decision)
}
