export * from './access.ts'
export * from './answer.ts'
export * from './approval.ts'
export * from './attribute.ts'
export * from './audit.ts'
export * from './audit-verification.ts'
export * from './authority.ts'
export * from './authority-certificate.ts'
export * from './authority-change.ts'
export * from './authority-kind.ts'
export * from './authority-status.ts'
export * from './certificate.ts'
export * from './certificate-detail.ts'
export * from './certificate-issue.ts'
export * from './certificate-list.ts'
export * from './certificate-revocation.ts'
export * from './challenge.ts'
export * from './challenge-list.ts'
export { ApiError, type Client, type ClientOptions, createClient, type Fetch } from './client.ts'
export * from './compatibility.ts'
export * from './decision.ts'
export { faultsOf } from './faults.ts'
export type { Rule } from './field.ts'
export * from './grant.ts'
export * from './intune.ts'
export * from './intune-status.ts'
export * from './job.ts'
export * from './new-ca.ts'
export * from './notice.ts'
export * from './notice-channel.ts'
export * from './notice-event.ts'
export { type DocumentOptions, type OpenApiDocument, openApiDocument } from './openapi/document.ts'
export type { JsonSchema } from './openapi/json-schema.ts'
export type { Operation, Parameter } from './openapi/operation.ts'
export * from './permission.ts'
export * from './ra-profile.ts'
export * from './ra-profile-check.ts'
export * from './ra-profile-of-authority.ts'
export * from './ra-template.ts'
export * from './renewal.ts'
export * from './retention.ts'
export * from './role.ts'
export {
  type AnswerOf,
  type AnyRoute,
  type Body,
  type BodyOf,
  type Consequences,
  type FileAnswer,
  type FreeRoute,
  type ParamsOf,
  type QueryOf,
  type Route,
  rightOf,
} from './route.ts'
export { type Contract, routesOf } from './routes.ts'
export * from './scep-activation.ts'
export * from './scep-endpoint.ts'
export * from './scep-profile.ts'
export * from './scep-profile-calls.ts'
export {
  type ReadSecret,
  type Resolved,
  resolveReferences,
  type SecretReference,
  type SecretValue,
  secretReader,
} from './secret-reference.ts'
export * from './session.ts'
export * from './session-oidc.ts'
export * from './setup.ts'
export * from './setup-item.ts'
export * from './statistics.ts'
export * from './token.ts'
export * from './transaction.ts'
export * from './user.ts'
export * from './user-certificate.ts'
export * from './webhook.ts'
