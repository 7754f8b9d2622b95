export { capabilities, type ServedOperations } from './capability.ts'
export { CAPABILITY_MEANINGS, type CapabilityWord, capabilityWord } from './capability-meaning.ts'
export { askUntilDecided, type Decision, type Waiting } from './client/ask-until-decided.ts'
export { parseCaCertificates } from './client/ca-certificates.ts'
export { type Capabilities, hasCapability, parseCapabilities } from './client/capabilities.ts'
export { type AlgorithmOptions, type ChosenAlgorithms, chooseAlgorithms } from './client/choose-algorithms.ts'
export { type EnrolmentEvent, type EnrolmentState, NEXT_STATE } from './client/enrolment-state.ts'
export { type ExpectedNextCa, type NextCa, openNextCa } from './client/next-ca.ts'
export {
  type CertificateAnswer,
  type CrlAnswer,
  type ExpectedAnswer,
  openCertificateAnswer,
  openCrlAnswer,
} from './client/open-answer.ts'
export type { ExpectedCertRep, Failure } from './client/open-cert-rep.ts'
export { type ExpectedReply, openReply, type Reply } from './client/open-reply.ts'
export { OutstandingRequests } from './client/outstanding.ts'
export { type PollPace, USUAL_PACE } from './client/poll-pace.ts'
export { type Enrolment, type Poll, type Question, ScepClient, type ScepClientOptions } from './client/scep-client.ts'
export { type MessageToSeal, type SealedRequest, sealMessage } from './client/seal-message.ts'
export {
  type CertificateId,
  type PollToSeal,
  type QuestionToSeal,
  sealPoll,
  sealQuestion,
} from './client/seal-question.ts'
export { type RequestToSeal, sealRequest } from './client/seal-request.ts'
export {
  issuingAuthority,
  type RecipientOptions,
  selectRecipient,
  selectSigners,
} from './client/select-certificate.ts'
export { selfSignedSigner } from './client/self-signed-signer.ts'
export type { Terms } from './client/terms.ts'
export type { Fetch, TransportOptions } from './client/transport.ts'
export { verifyCaCertificates } from './client/trust.ts'
export { ADVICE } from './compatibility/advice.ts'
export { CLIENTS, type ClientName } from './compatibility/client.ts'
export { CompatibilityError } from './compatibility/compatibility-error.ts'
export type { MessagePolicy } from './compatibility/message-policy.ts'
export { CLIENT_NEEDS, type ClientNeed, neededByText, switchValueText } from './compatibility/need.ts'
export { COMPATIBILITY, type CompatibilityName } from './compatibility/profile.ts'
export { resolveCompatibility, resolveSwitches } from './compatibility/resolve.ts'
export { type CompatibilitySwitches, SWITCHES, type SwitchName } from './compatibility/switch.ts'
export { decodeBase64, decodeGetMessage } from './decode-get-message.ts'
export { FAIL_INFO, type FailInfo } from './fail-info.ts'
export { MOST_INSPECTED } from './inspect/input/read-input.ts'
export { inspectMessage } from './inspect/inspect-message.ts'
export type {
  Finding,
  FindingLevel,
  InspectedKind,
  Inspection,
  InspectionNode,
  Resemblance,
  SummaryLine,
  Verdict,
} from './inspect/inspection.ts'
export type { InspectOptions } from './inspect/options.ts'
export { type KnownOfRequest, recogniseClient } from './inspect/recognise-client.ts'
export { MESSAGE_TYPE, type MessageType } from './message-type.ts'
export { PKI_STATUS, type PkiStatus } from './pki-status.ts'
export { PROBE_VERDICTS, type ProbeFinding, type ProbeVerdict } from './probe/finding.ts'
export { type ProbeOptions, type ProbeProgress, type ProbeReport, type ProbeSection, probe } from './probe/probe.ts'
export { canDecrypt, type RaKey } from './ra-key.ts'
export { REASONS, type Reason } from './reason.ts'
export type { CertRep } from './reply/cert-rep.ts'
export { type NextCaCertificates, sealNextCaCertificates } from './reply/seal-next-ca-certificates.ts'
export { type Sealing, sealReply } from './reply/seal-reply.ts'
export type { ReplyTo } from './reply-to.ts'
export { openRequest } from './request/open-request.ts'
export type { PasswordSource } from './request/password-source.ts'
export {
  type CertificateQuestion,
  type EnrolmentMessage,
  isEnrolment,
  type PollMessage,
  type ScepRequest,
} from './request/scep-request.ts'
export type { MessageSigner } from './request/signer.ts'
export { ScepError, type ScepErrorOptions } from './scep-error.ts'
export { Secret } from './secret.ts'
export { keyTransactionId, parseTransactionId, randomTransactionId, type TransactionId } from './transaction-id.ts'
