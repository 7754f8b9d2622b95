import type { Outcome } from '@chancery/connectors'
import { createTransport } from 'nodemailer'
import type { SmtpConfig } from '../smtp-config.ts'
import type { Mail } from './mail.ts'

/** Sends a mail to some addresses; the id is the same when it is sent again. */
export type SendMail = (to: readonly string[], mail: Mail, id: string) => Promise<Outcome>

const CONNECT_MILLISECONDS = 10_000
const SILENT_MILLISECONDS = 20_000

/** Without a mail server every mail fails, until one is set. */
export function mailer(smtp: SmtpConfig | undefined): SendMail {
  if (smtp === undefined) {
    return async () => ({ outcome: 'failed', trouble: 'no mail server is set: CHANCERY_SMTP_URL' })
  }
  const { host, port, secure, requireTls, user, password, from } = smtp
  const transport = createTransport({
    host,
    port,
    secure,
    requireTLS: requireTls,
    ignoreTLS: !secure && !requireTls,
    tls: { minVersion: 'TLSv1.2' },
    ...(user !== undefined && { auth: { user, pass: password?.reveal() ?? '' } }),
    connectionTimeout: CONNECT_MILLISECONDS,
    greetingTimeout: CONNECT_MILLISECONDS,
    socketTimeout: SILENT_MILLISECONDS,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  const domain = from.slice(from.lastIndexOf('@') + 1)
  return async (to, { subject, text }, id) => {
    try {
      await transport.sendMail({
        from,
        to: [...to],
        subject,
        text,
        messageId: `<${id}@${domain}>`,
        headers: { 'Auto-Submitted': 'auto-generated' },
      })
      return { outcome: 'delivered' }
    } catch (error) {
      return { outcome: 'failed', trouble: error instanceof Error ? error.message : String(error) }
    }
  }
}
