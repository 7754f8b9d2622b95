import { hash } from 'node:crypto'
import type { IntuneEndpoints, IntuneRule } from '@chancery/ra'
import type { Secret } from '@chancery/scep'
import { type Credential, readCredential } from './credential.ts'
import { resolveEndpoints } from './endpoints.ts'
import { IntuneError } from './intune-error.ts'

/** The settings of a profile, as they are kept. */
export interface IntuneSettings {
  readonly rule: IntuneRule
  /** Client secret or private key. */
  readonly key: Secret | undefined
}

/** Whom we speak to and as whom, checked. */
export interface IntuneIdentity {
  readonly endpoints: IntuneEndpoints
  readonly tenant: string
  readonly applicationId: string
  readonly credential: Credential
  /** Key of the voucher. */
  readonly voucher: string
  /** Of all of it: whoever has the same may share what is cached. */
  readonly digest: string
}

/** @throws {IntuneError} the settings cannot be used */
export function readIdentity({ rule, key }: IntuneSettings, overrides: Partial<IntuneEndpoints>): IntuneIdentity {
  const endpoints = resolveEndpoints(rule, overrides)
  const { tenant, applicationId } = rule
  // They become part of a URL, and of what is signed.
  if (!/^[\w.-]{1,255}$/.test(tenant)) throw settings('The tenant is neither a GUID nor a domain.')
  if (!/^[\w-]{1,64}$/.test(applicationId)) throw settings('The application (client) ID is no GUID.')
  const credential = readCredential(rule, key)
  const voucher = keyOf(endpoints, rule)
  const digest = hash('sha256', JSON.stringify([voucher, endpoints.graphUrl, credential.fingerprint]))
  return { endpoints, tenant, applicationId, credential, voucher, digest }
}

/**
 * The same for all profiles that speak to the same Intune as the same application, whatever their credential.
 * @throws {IntuneError} it is not known where that Intune is
 */
export function voucherKey(rule: IntuneRule, overrides: Partial<IntuneEndpoints> = {}): string {
  return keyOf(resolveEndpoints(rule, overrides), rule)
}

function keyOf({ authorityUrl, resourceUrl }: IntuneEndpoints, { tenant, applicationId }: IntuneRule): string {
  return hash('sha256', JSON.stringify([authorityUrl, resourceUrl, tenant.toLowerCase(), applicationId.toLowerCase()]))
}

function settings(sentence: string): IntuneError {
  return new IntuneError('ERR_INTUNE_SETTINGS', sentence)
}
