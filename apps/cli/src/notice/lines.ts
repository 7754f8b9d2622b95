import type { Notice, NoticeChannel } from '@chancery/api'
import { printable } from '../terminal/printable.ts'
import { tableLines } from '../terminal/table.ts'

export function channelTable(channels: readonly NoticeChannel[]): string[] {
  if (channels.length === 0) return []
  const rows = channels.map((channel) => [
    channel.name,
    channel.enabled ? 'on' : 'off',
    targetOf(channel),
    channel.events.join(' '),
  ])
  return tableLines(['NAME', 'STATE', 'WHERE', 'EVENTS'], rows)
}

export function channelLines(channel: NoticeChannel): string[] {
  const { webhook, raProfiles, daysBefore } = channel
  const rows: readonly (readonly [string, string])[] = [
    ['name', channel.name],
    ['state', channel.enabled ? 'on' : 'off'],
    ['where', targetOf(channel)],
    ...(webhook === null ? [] : [['timeout', `${webhook.timeoutMilliseconds} ms`] as const]),
    ...(webhook?.allowPrivateAddresses ? [['private', 'may be on a private network'] as const] : []),
    ['events', channel.events.join(' ')],
    ['profiles', raProfiles === null ? 'all' : raProfiles.join(', ')],
    ['expiry', `${daysBefore.join(', ')} days before the end`],
    ['created', channel.createdAt],
    ['uuid', channel.uuid],
  ]
  return rows.map(([name, value]) => `${name.padEnd(8)}  ${printable(value)}`)
}

export function noticeTable(notices: readonly Notice[], channels: readonly NoticeChannel[]): string[] {
  if (notices.length === 0) return []
  const rows = notices.map(({ uuid, channelUuid, event, state, attempts, dueAt, trouble }) => [
    state,
    channels.find((channel) => channel.uuid === channelUuid)?.name ?? 'deleted',
    event,
    `${attempts}`,
    dueAt ?? '',
    trouble ?? '',
    uuid,
  ])
  return tableLines(['STATE', 'CHANNEL', 'EVENT', 'TRIES', 'NEXT', 'TROUBLE', 'UUID'], rows)
}

function targetOf({ webhook, email }: NoticeChannel): string {
  return webhook?.url ?? email?.to.join(' ') ?? ''
}
