export { type BuiltInAuthorityOptions, type BuiltInIssuer, builtInAuthority } from './authority/built-in.ts'
export type { PublishedUrls } from './authority/template.ts'
export { oneTimeChallenge } from './challenge/one-time.ts'
export { staticChallenge } from './challenge/static.ts'
