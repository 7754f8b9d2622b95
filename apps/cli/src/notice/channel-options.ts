import { NOTICE_EVENT_NAMES, NOTICE_EVENTS, type NoticeChannelUpdate, type NoticeEvent } from '@chancery/api'
import { Option } from 'commander'
import { WEBHOOK_OPTIONS, type WebhookOptions, webhookUpdate } from '../profile/webhook-options.ts'
import { parseDays } from '../terminal/duration.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface ChannelOptions extends WebhookOptions {
  readonly email?: string[]
  readonly event?: NoticeEvent[]
  readonly raProfile?: string[]
  readonly allProfiles?: true
  readonly daysBefore?: string[]
}

export const CHANNEL_OPTIONS: readonly Option[] = [
  ...WEBHOOK_OPTIONS.filter(({ long }) => long !== '--webhook-url'),
  new Option('--webhook-url <url>', 'the webhook that is told'),
  new Option('--email <address...>', 'the e-mail addresses that are told'),
  new Option('--event <event...>', 'what is told').choices(NOTICE_EVENT_NAMES),
  new Option('--ra-profile <name...>', 'only of the certificates and requests of these RA profiles'),
  new Option('--all-profiles', 'of those of all RA profiles'),
  new Option('--days-before <days...>', 'so many days before a certificate ends, such as 30 7 1'),
]

export const EVENTS_EPILOGUE = [
  'Events:',
  ...NOTICE_EVENT_NAMES.map((name) => `  ${name.padEnd(21)}  ${NOTICE_EVENTS[name]}`),
].join('\n')

/** What these options say; nothing for those that are not there. */
export async function channelUpdate(options: ChannelOptions, terminal: Terminal): Promise<NoticeChannelUpdate> {
  const { email, event, raProfile, allProfiles, daysBefore } = options
  const { webhook } = await webhookUpdate(options, terminal)
  return {
    ...(webhook !== undefined && webhook !== null && { webhook }),
    ...(email !== undefined && { email: { to: email } }),
    ...(event !== undefined && { events: event }),
    ...(raProfile !== undefined && { raProfiles: raProfile }),
    ...(allProfiles && { raProfiles: null }),
    ...(daysBefore !== undefined && { daysBefore: daysBefore.map(parseDays) }),
  }
}
