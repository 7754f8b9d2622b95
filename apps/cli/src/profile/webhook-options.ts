import { readFile } from 'node:fs/promises'
import type { ScepProfileUpdate, WebhookUpdate } from '@chancery/api'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import { readSecret } from '../terminal/secret-input.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface WebhookOptions {
  readonly webhookUrl?: string
  readonly webhookKeyFile?: string
  readonly webhookTimeout?: string
  readonly webhookPrivate?: 'on' | 'off'
  readonly webhookCa?: string
}

export const WEBHOOK_OPTIONS: readonly Option[] = [
  new Option('--webhook-url <url>', 'who judges challenges where the kind is webhook'),
  new Option('--webhook-key-file <file>', 'the key that both sides sign with, from a file, or standard input with -'),
  new Option('--webhook-timeout <seconds>', 'how long its answer is waited for, from 0.5s to 30s'),
  new Option('--webhook-private <on|off>', 'whether it may be on this machine or a private network').choices([
    'on',
    'off',
  ]),
  new Option('--webhook-ca <file>', 'PEM of the CA of its TLS certificate; empty: those that the system trusts'),
]

/** What these options change; nothing for those that are not there. */
export async function webhookUpdate(options: WebhookOptions, terminal: Terminal): Promise<ScepProfileUpdate> {
  const { webhookUrl, webhookKeyFile, webhookTimeout, webhookPrivate, webhookCa } = options
  const webhook: WebhookUpdate = {
    ...(webhookUrl !== undefined && { url: webhookUrl }),
    ...(webhookKeyFile !== undefined && { key: await readSecret(webhookKeyFile, terminal) }),
    ...(webhookTimeout !== undefined && { timeoutMilliseconds: milliseconds(webhookTimeout) }),
    ...(webhookPrivate !== undefined && { allowPrivateAddresses: webhookPrivate === 'on' }),
    ...(webhookCa !== undefined && { trustedCertificates: webhookCa === '' ? null : await readPem(webhookCa) }),
  }
  return Object.keys(webhook).length === 0 ? {} : { webhook }
}

function milliseconds(text: string): number {
  const [, seconds] = /^([0-9]{1,3}(?:\.[0-9]{1,3})?)s?$/.exec(text) ?? []
  if (seconds !== undefined) return Math.round(Number(seconds) * 1000)
  throw new CliFailure('failed', `--webhook-timeout wants seconds, not "${text}".`, { nextStep: 'Write them as 5s.' })
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
