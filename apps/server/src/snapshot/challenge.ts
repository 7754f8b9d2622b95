import {
  oneTimeChallenge,
  type PostWebhook,
  staticChallenge,
  type WebhookCalls,
  webhookChallenge,
} from '@chancery/connectors'
import {
  type ChallengeKind,
  type ChallengeRegistry,
  type ChallengeValidator,
  type ChallengeVerdict,
  isVouchedFor,
  type RememberedAllows,
  type ScepProfile,
} from '@chancery/ra'

/** What validators look things up in, and whom they ask. */
export interface ChallengePorts {
  readonly registry: ChallengeRegistry
  readonly allows: RememberedAllows
  readonly post: PostWebhook
  /** The questions that are open in this process, whatever the version of the configuration. */
  readonly calls: WebhookCalls<ChallengeVerdict>
  /** Absent: profiles whose requests somebody vouches for are not served. */
  readonly vouching?: MakeVouching | undefined
}

/** The validator of a SCEP profile whose requests somebody vouches for; what it keeps belongs to the process. */
export type MakeVouching = (profile: ScepProfile) => ChallengeValidator

type Make = (profile: ScepProfile, ports: ChallengePorts) => ChallengeValidator | undefined

/** How each kind of challenge is checked; a kind without a row is not served. */
const VALIDATORS: Partial<Record<ChallengeKind, Make>> = {
  none: () => undefined,
  static: ({ staticChallenge: secret }) => staticChallenge(secret),
  'one-time': (_profile, { registry }) => oneTimeChallenge(registry),
  webhook: ({ webhook: rule, webhookKey: key }, ports) => webhookChallenge({ rule, key, ...ports }),
}

/** `undefined` as validator: nobody is asked. */
export function challengeOf(
  profile: ScepProfile,
  ports: ChallengePorts,
): { readonly validator: ChallengeValidator | undefined } | 'unsupported' {
  const make = isVouchedFor({ scepProfile: profile }) ? ports.vouching : VALIDATORS[profile.challengeKind]
  return make === undefined ? 'unsupported' : { validator: make(profile, ports) }
}
