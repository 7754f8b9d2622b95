import type { FastifyReply } from 'fastify'

/** What devices and people get where there is nothing better to say it with: one line of plain text. */
export function sendLine(reply: FastifyReply, status: number, text: string): FastifyReply {
  return reply
    .code(status)
    .header('content-type', 'text/plain')
    .send(Buffer.from(`${text}\n`))
}
