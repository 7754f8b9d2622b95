import { isDeepStrictEqual } from 'node:util'
import { INTUNE_REVOCATION_REASONS, type Intune, type ScepProfileUpdate } from '@chancery/api'
import {
  type ChallengeKind,
  type IntuneRule,
  REVOCATION_REASONS,
  type ScepProfile,
  type ScepProfileChange,
  Secret,
} from '@chancery/ra'
import { credentialFaults } from '../../intune/credential.ts'
import { ENDPOINT_NAMES, endpointFaults, identityFaults, NEW_INTUNE } from '../intune/rule.ts'
import { readMoment } from '../moment.ts'

type Held = Pick<ScepProfile, 'intune' | 'intuneKey'>

/**
 * Intune after an update; a field that is left out keeps its value, the key above all. Another kind of challenge leaves
 * nothing of it behind.
 * @param kind of the challenge after the update
 */
export function intuneChange(held: Held, update: ScepProfileUpdate, kind: ChallengeKind): ScepProfileChange {
  if (kind !== 'intune') {
    const isThere = held.intune !== null || held.intuneKey !== undefined
    return isThere ? { intune: null, intuneKey: undefined } : {}
  }
  const rule = ruleAfter(held, update)
  const key = newKey(update)
  return {
    ...(!isDeepStrictEqual(rule, held.intune) && { intune: rule }),
    ...(key !== undefined && { intuneKey: new Secret(key) }),
  }
}

/** @param kind of the challenge after the update */
export function intuneFaults(held: Held, update: ScepProfileUpdate, kind: ChallengeKind, now: Date): string[] {
  if (kind !== 'intune') return strayFaults(update, kind)
  const rule = ruleAfter(held, update)
  const key = newKey(update) ?? held.intuneKey?.reveal()
  return [
    ...(update.intune === null ? ['intune null leaves Intune on without its settings: send enableIntune false.'] : []),
    ...identityFaults(rule),
    ...endpointFaults(rule),
    ...strayUrlFaults(update, rule),
    ...expiryFaults(update, rule),
    ...(key === undefined ? [KEY_MISSING] : (keptKeyFaults(held, update, rule) ?? credentialFaults(rule, key, now))),
  ]
}

export function intuneToWire({ intune: rule, intuneKey }: Held): Intune | null {
  if (rule === null) return null
  const { tenant: _, applicationId: __, endpoints, revocationReason, ...fields } = rule
  return {
    ...fields,
    authorityUrl: endpoints?.authorityUrl ?? null,
    graphUrl: endpoints?.graphUrl ?? null,
    resourceUrl: endpoints?.resourceUrl ?? null,
    revocationReason:
      INTUNE_REVOCATION_REASONS.find((name) => REVOCATION_REASONS[name] === revocationReason) ?? 'unspecified',
    keySet: intuneKey !== undefined,
  }
}

const KEY_MISSING =
  'intuneApplicationKey is missing: none is set yet, and Intune needs the client secret, or the private key of a certificate.'

function newKey({ intuneApplicationKey }: ScepProfileUpdate): string | undefined {
  return intuneApplicationKey === undefined || intuneApplicationKey === null || intuneApplicationKey === ''
    ? undefined
    : intuneApplicationKey
}

function ruleAfter(held: Held, update: ScepProfileUpdate): IntuneRule {
  const before = held.intune ?? NEW_INTUNE
  const { intuneTenant, intuneApplicationId, intune } = update
  const { authorityUrl, graphUrl, resourceUrl, revocationReason, secretExpiresAt, ...fields } = intune ?? {}
  const cloud = fields.cloud ?? before.cloud
  const implied = typeof fields.certificate === 'string' ? 'certificate' : before.credential
  const credential = fields.credential ?? implied
  const certificate = credential === 'certificate' ? before.certificate : null
  const written = { authorityUrl, graphUrl, resourceUrl }
  return {
    ...before,
    certificate,
    ...fields,
    tenant: intuneTenant === undefined ? before.tenant : (intuneTenant ?? '').trim(),
    applicationId: intuneApplicationId === undefined ? before.applicationId : (intuneApplicationId ?? '').trim(),
    cloud,
    credential,
    endpoints:
      cloud === 'custom'
        ? {
            authorityUrl: written.authorityUrl ?? before.endpoints?.authorityUrl ?? '',
            graphUrl: written.graphUrl ?? before.endpoints?.graphUrl ?? '',
            resourceUrl: written.resourceUrl ?? before.endpoints?.resourceUrl ?? '',
          }
        : null,
    secretExpiresAt: expiryAfter(held, update, credential),
    ...(revocationReason !== undefined && { revocationReason: REVOCATION_REASONS[revocationReason] }),
  }
}

/** Another secret has another end: the one written down for the last one would warn at the wrong time. */
function expiryAfter(held: Held, update: ScepProfileUpdate, credential: IntuneRule['credential']): string | null {
  const written = update.intune?.secretExpiresAt
  if (written !== undefined) return written === null ? null : (readMoment(written)?.toISOString() ?? null)
  const key = newKey(update)
  const isAnother = key !== undefined && held.intuneKey?.equals(new Secret(key)) !== true
  return isAnother || credential === 'certificate' ? null : (held.intune?.secretExpiresAt ?? null)
}

/**
 * A key that is kept goes only where it went before, and only as what it was: whoever may edit a profile must not be able to
 * have its key sent to an address of his own.
 */
function keptKeyFaults(held: Held, update: ScepProfileUpdate, rule: IntuneRule): string[] | undefined {
  if (newKey(update) !== undefined || held.intune === null) return undefined
  if (rule.credential !== held.intune.credential) {
    return [`intuneApplicationKey is missing: the one that is set is no ${rule.credential} credential.`]
  }
  if (rule.cloud !== held.intune.cloud || !isDeepStrictEqual(rule.endpoints, held.intune.endpoints)) {
    return ['intuneApplicationKey is missing: with another cloud or other addresses the key must be given anew.']
  }
  return undefined
}

function strayUrlFaults({ intune }: ScepProfileUpdate, { cloud }: IntuneRule): string[] {
  if (cloud === 'custom') return []
  return ENDPOINT_NAMES.filter((name) => typeof intune?.[name] === 'string').map(
    (name) => `intune.${name} is used only where intune.cloud is custom, not ${cloud}.`,
  )
}

function expiryFaults({ intune }: ScepProfileUpdate, { credential }: IntuneRule): string[] {
  const written = intune?.secretExpiresAt
  if (typeof written !== 'string') return []
  if (credential === 'certificate') {
    return ['intune.secretExpiresAt is for a client secret: a certificate says itself when it ends. Leave it out.']
  }
  return readMoment(written) === undefined ? ['intune.secretExpiresAt is no date of the calendar.'] : []
}

/** Nulls and blanks are what old scripts send for what is not set. */
function strayFaults(update: ScepProfileUpdate, kind: ChallengeKind): string[] {
  const { intuneTenant, intuneApplicationId, intuneApplicationKey, intune } = update
  return Object.entries({ intuneTenant, intuneApplicationId, intuneApplicationKey, intune })
    .filter(([, value]) => value !== undefined && value !== null && value !== '')
    .map(([name]) => `${name} is used only where enableIntune is true: here challengeKind is ${kind}.`)
}
