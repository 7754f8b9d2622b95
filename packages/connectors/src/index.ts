export { type BuiltInAuthorityOptions, type BuiltInIssuer, builtInAuthority } from './authority/built-in.ts'
export { type BuiltInSettings, builtInSettings } from './authority/built-in-settings.ts'
export { AUTHORITY_DESCRIPTORS, type AuthorityDescriptor } from './authority/descriptor.ts'
export type { PublishedUrls } from './authority/template.ts'
export { oneTimeChallenge } from './challenge/one-time.ts'
export { staticChallenge } from './challenge/static.ts'
export type { Answered } from './challenge/webhook/answer.ts'
export { askWebhook, type WebhookSettings } from './challenge/webhook/ask.ts'
export { WebhookCalls } from './challenge/webhook/calls.ts'
export {
  LONGEST_ANSWER,
  type PostWebhook,
  type WebhookRequest,
  type WebhookResponse,
} from './challenge/webhook/post.ts'
export { webhookChallenge } from './challenge/webhook/webhook.ts'
