import { WebhookCalls } from '@chancery/connectors'
import type { ChallengeVerdict, Configuration } from '@chancery/ra'
import type { Store } from '@chancery/store'
import type { Logger } from 'pino'
import type { Snapshot, SnapshotSource } from '../context.ts'
import { Upstreams } from '../upstream/upstreams.ts'
import { postWebhook } from '../webhook/post.ts'
import { buildSnapshot } from './build.ts'
import type { MakeVouching } from './challenge.ts'
import { KeyRing } from './keys.ts'

export interface SnapshotOptions {
  readonly publicUrl: string | undefined
  readonly now: () => Date
  /** Hears of authorities elsewhere. */
  readonly log?: Logger
  readonly vouching?: MakeVouching | undefined
}

/**
 * The newest configuration, worked out once a version. Whether there is a newer one is asked for each request, which
 * costs microseconds on SQLite and nothing on PostgreSQL, where the store is told (design, rule 10).
 */
export function snapshotSource(
  { configuration, challenges: registry, allows }: Pick<Store, 'configuration' | 'challenges' | 'allows'>,
  { publicUrl, now, log, vouching }: SnapshotOptions,
): SnapshotSource {
  const keys = new KeyRing()
  const challenges = { registry, allows, post: postWebhook(), calls: new WebhookCalls<ChallengeVerdict>(), vouching }
  const upstreams = new Upstreams({ now, log })
  let newest: Snapshot | undefined
  let loading: Promise<Snapshot> | undefined

  const build = (loaded: Configuration, ring: KeyRing, others: Upstreams) =>
    buildSnapshot(loaded, ring, { challenges, upstreams: others, publicUrl, now: now() })
  const load = async (): Promise<Snapshot> => {
    try {
      const loaded = await configuration.load()
      if (newest === undefined || loaded.version > newest.version) {
        newest = build(loaded, keys, upstreams)
      }
      return newest
    } finally {
      loading = undefined
    }
  }
  /** Requests that find the same change share one load. */
  const share = (): Promise<Snapshot> => {
    loading ??= load()
    return loading
  }
  return {
    current: () => (newest !== undefined && newest.version >= configuration.version() ? newest : share()),
    // One that is under way may have begun before the change that the caller has seen.
    refresh: async () => {
      await loading?.catch(() => undefined)
      return share()
    },
    // Not with the keys of what is served: rows that are not written yet share their numbers with other such rows.
    foretell: (configuration) => build(configuration, new KeyRing(), new Upstreams({ now, log: undefined })),
  }
}
