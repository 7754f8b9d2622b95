export { type BuiltInAuthorityOptions, type BuiltInIssuer, builtInAuthority } from './authority/built-in.ts'
export { type BuiltInSettings, builtInSettings, MOST_CRL_SHARDS } from './authority/built-in-settings.ts'
export { type ConnectedScep, connectScepAuthority } from './authority/connect.ts'
export type { CrlShards } from './authority/crl-shards.ts'
export { AUTHORITY_DESCRIPTORS, type AuthorityDescriptor } from './authority/descriptor.ts'
export {
  type OrderedRaCertificate,
  orderRaCertificate,
  type RaCertificateWanted,
} from './authority/order-ra-certificate.ts'
export { type ScepAuthorityOptions, scepAuthority } from './authority/scep-authority.ts'
export { type ScepSettings, scepSettings } from './authority/scep-settings.ts'
export type { PublishedUrls } from './authority/template.ts'
export { askUpstream, scepClient } from './authority/upstream.ts'
export { UpstreamError } from './authority/upstream-error.ts'
export { toldIssuer } from './challenge/intune/certificate-fields.ts'
export { testConnection } from './challenge/intune/connection-test.ts'
export { IntuneConnections } from './challenge/intune/connections.ts'
export type { ContactCall, IntuneContact } from './challenge/intune/contact.ts'
export { isConfidential } from './challenge/intune/endpoints.ts'
export { type IntuneSettings, voucherKey } from './challenge/intune/identity.ts'
export { type IntuneChallengeOptions, intuneChallenge } from './challenge/intune/intune.ts'
export { IntuneError } from './challenge/intune/intune-error.ts'
export { type IntuneLimits, USUAL_LIMITS } from './challenge/intune/limits.ts'
export type { IntunePorts, IntuneRequest, IntuneResponse, SendToIntune } from './challenge/intune/ports.ts'
export { type IntuneRevocationOptions, intuneRevocations } from './challenge/intune/revocations.ts'
export type { ConnectionTest, TestedStep, TestStep } from './challenge/intune/test-run.ts'
export { oneTimeChallenge } from './challenge/one-time.ts'
export { staticChallenge } from './challenge/static.ts'
export type { Answered } from './challenge/webhook/answer.ts'
export { askWebhook } from './challenge/webhook/ask.ts'
export { WebhookCalls } from './challenge/webhook/calls.ts'
export { webhookChallenge } from './challenge/webhook/webhook.ts'
export type { Outcome } from './notice/outcome.ts'
export { tellWebhook } from './notice/webhook.ts'
export {
  LONGEST_ANSWER,
  type PostWebhook,
  type WebhookRequest,
  type WebhookResponse,
} from './webhook-post.ts'
export type { WebhookSettings } from './webhook-signed.ts'
