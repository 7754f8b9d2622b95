import { Option } from 'commander'

/** On every verb that administers. */
export function serverOption(): Option {
  return new Option(
    '--server <url>',
    'a server elsewhere, with its API token in CHANCERY_TOKEN (default: the one here)',
  )
}
