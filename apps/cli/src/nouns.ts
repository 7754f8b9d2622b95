import { approveVerb } from './approval/approve.ts'
import { listApprovalsVerb } from './approval/list.ts'
import { rejectVerb } from './approval/reject.ts'
import { showApprovalVerb } from './approval/show.ts'
import { exportAuditVerb } from './audit/export.ts'
import { listAuditVerb } from './audit/list.ts'
import { showAuditVerb } from './audit/show.ts'
import { verifyAuditVerb } from './audit/verify.ts'
import { activateNextVerb } from './authority/activate-next.ts'
import { certifyVerb } from './authority/certify.ts'
import { chainVerb } from './authority/chain.ts'
import { createAuthorityVerb } from './authority/create.ts'
import { deleteAuthorityVerb } from './authority/delete.ts'
import { disableAuthorityVerb } from './authority/disable.ts'
import { enableAuthorityVerb } from './authority/enable.ts'
import { listAuthoritiesVerb } from './authority/list.ts'
import { prepareNextVerb } from './authority/prepare-next.ts'
import { requestVerb } from './authority/request.ts'
import { setAuthorityVerb } from './authority/set.ts'
import { showAuthorityVerb } from './authority/show.ts'
import { withdrawNextVerb } from './authority/withdraw-next.ts'
import { exportCertificatesVerb } from './certificate/export.ts'
import { certificateHistoryVerb } from './certificate/history.ts'
import { holdCertificateVerb } from './certificate/hold.ts'
import { issueCertificateVerb } from './certificate/issue.ts'
import { listCertificatesVerb } from './certificate/list.ts'
import { releaseCertificateVerb } from './certificate/release.ts'
import { revokeCertificateVerb } from './certificate/revoke.ts'
import { searchCertificatesVerb } from './certificate/search.ts'
import { showCertificateVerb } from './certificate/show.ts'
import { createChallengeVerb } from './challenge/create.ts'
import { listChallengesVerb } from './challenge/list.ts'
import { revokeChallengeVerb } from './challenge/revoke.ts'
import { showChallengeVerb } from './challenge/show.ts'
import { applyConfigVerb } from './config/apply.ts'
import { diffConfigVerb } from './config/diff.ts'
import { exportConfigVerb } from './config/export.ts'
import { listDecisionsVerb } from './decision/list.ts'
import { showDecisionVerb } from './decision/show.ts'
import { intuneStatusVerb } from './intune/status.ts'
import { testIntuneVerb } from './intune/test-connection.ts'
import { disableJobVerb } from './job/disable.ts'
import { enableJobVerb } from './job/enable.ts'
import { listJobsVerb } from './job/list.ts'
import { runJobVerb } from './job/run.ts'
import { scheduleJobVerb } from './job/schedule.ts'
import { showJobVerb } from './job/show.ts'
import { createChannelVerb } from './notice/create-channel.ts'
import { deleteChannelVerb } from './notice/delete-channel.ts'
import { listChannelsVerb } from './notice/list-channels.ts'
import { listNoticesVerb } from './notice/list-notices.ts'
import { retryNoticeVerb } from './notice/retry-notice.ts'
import { setChannelVerb } from './notice/set-channel.ts'
import { showChannelVerb } from './notice/show-channel.ts'
import { testChannelVerb } from './notice/test-channel.ts'
import { createProfileVerb } from './profile/create.ts'
import { defaultProfileVerb } from './profile/default.ts'
import { deleteProfileVerb } from './profile/delete.ts'
import { disableProfileVerb } from './profile/disable.ts'
import { enableProfileVerb } from './profile/enable.ts'
import { listProfilesVerb } from './profile/list.ts'
import { setProfileVerb } from './profile/set.ts'
import { showProfileVerb } from './profile/show.ts'
import { testWebhookVerb } from './profile/test-webhook.ts'
import { activateScepVerb } from './ra-profile/activate.ts'
import { checkRaProfileVerb } from './ra-profile/check.ts'
import { createRaProfileVerb } from './ra-profile/create.ts'
import { deactivateScepVerb } from './ra-profile/deactivate.ts'
import { deleteRaProfileVerb } from './ra-profile/delete.ts'
import { disableRaProfileVerb } from './ra-profile/disable.ts'
import { enableRaProfileVerb } from './ra-profile/enable.ts'
import { listRaProfilesVerb } from './ra-profile/list.ts'
import { setRaProfileVerb } from './ra-profile/set.ts'
import { showRaProfileVerb } from './ra-profile/show.ts'
import { caVerb } from './scep/ca.ts'
import { capsVerb } from './scep/caps.ts'
import { enrolVerb } from './scep/enrol.ts'
import { getCertVerb } from './scep/get-cert.ts'
import { getCrlVerb } from './scep/get-crl.ts'
import { getNextCaVerb } from './scep/get-next-ca.ts'
import { inspectVerb } from './scep/inspect/inspect.ts'
import { pollVerb } from './scep/poll.ts'
import { probeVerb } from './scep/probe/probe.ts'
import { renewVerb } from './scep/renew.ts'
import { listSessionsVerb } from './session/list.ts'
import { revokeSessionVerb } from './session/revoke.ts'
import { createTokenVerb } from './token/create.ts'
import { listTokensVerb } from './token/list.ts'
import { revokeTokenVerb } from './token/revoke.ts'
import { listTransactionsVerb } from './transaction/list.ts'
import { showTransactionVerb } from './transaction/show.ts'
import { certificateUserVerb } from './user/certificate.ts'
import { createUserVerb } from './user/create.ts'
import { deleteUserVerb } from './user/delete.ts'
import { linkUserVerb } from './user/link.ts'
import { listUsersVerb } from './user/list.ts'
import { passwordUserVerb } from './user/password.ts'
import { setUserVerb } from './user/set.ts'
import { showUserVerb } from './user/show.ts'
import type { VerbDefinition } from './verb.ts'

export interface Noun {
  readonly name: string
  readonly summary: string
  /** In the order of the help. */
  readonly verbs: readonly VerbDefinition<object>[]
}

/** Everything that the command can do: `chancery <noun> <verb>`. */
export const NOUNS: readonly Noun[] = [
  {
    name: 'challenge',
    summary: 'secrets that let a device enrol',
    verbs: [createChallengeVerb, listChallengesVerb, showChallengeVerb, revokeChallengeVerb],
  },
  {
    name: 'certificate',
    summary: 'certificates that the server has issued',
    verbs: [
      listCertificatesVerb,
      searchCertificatesVerb,
      showCertificateVerb,
      issueCertificateVerb,
      revokeCertificateVerb,
      holdCertificateVerb,
      releaseCertificateVerb,
      certificateHistoryVerb,
      exportCertificatesVerb,
    ],
  },
  {
    name: 'decision',
    summary: 'what was decided about SCEP requests, and why',
    verbs: [listDecisionsVerb, showDecisionVerb],
  },
  {
    name: 'transaction',
    summary: 'enrolments, with all messages about them',
    verbs: [listTransactionsVerb, showTransactionVerb],
  },
  {
    name: 'authority',
    summary: 'CAs, and the change from one to the next',
    verbs: [
      listAuthoritiesVerb,
      showAuthorityVerb,
      createAuthorityVerb,
      setAuthorityVerb,
      requestVerb,
      certifyVerb,
      chainVerb,
      enableAuthorityVerb,
      disableAuthorityVerb,
      deleteAuthorityVerb,
      prepareNextVerb,
      activateNextVerb,
      withdrawNextVerb,
    ],
  },
  {
    name: 'approval',
    summary: 'requests that wait for a person',
    verbs: [listApprovalsVerb, showApprovalVerb, approveVerb, rejectVerb],
  },
  {
    name: 'audit',
    summary: 'who did what to what, and whether that record is whole',
    verbs: [listAuditVerb, showAuditVerb, exportAuditVerb, verifyAuditVerb],
  },
  {
    name: 'ra-profile',
    summary: 'what is issued, and whether a person must agree',
    verbs: [
      listRaProfilesVerb,
      showRaProfileVerb,
      createRaProfileVerb,
      setRaProfileVerb,
      checkRaProfileVerb,
      activateScepVerb,
      deactivateScepVerb,
      enableRaProfileVerb,
      disableRaProfileVerb,
      deleteRaProfileVerb,
    ],
  },
  {
    name: 'profile',
    summary: 'settings of a SCEP server',
    verbs: [
      listProfilesVerb,
      showProfileVerb,
      createProfileVerb,
      setProfileVerb,
      testWebhookVerb,
      defaultProfileVerb,
      enableProfileVerb,
      disableProfileVerb,
      deleteProfileVerb,
    ],
  },
  {
    name: 'intune',
    summary: 'the connection of a SCEP profile to Microsoft Intune',
    verbs: [testIntuneVerb, intuneStatusVerb],
  },
  {
    name: 'config',
    summary: 'the set-up of a server as a file',
    verbs: [exportConfigVerb, diffConfigVerb, applyConfigVerb],
  },
  {
    name: 'user',
    summary: 'people who administer, and what each may do',
    verbs: [
      listUsersVerb,
      showUserVerb,
      createUserVerb,
      setUserVerb,
      linkUserVerb,
      passwordUserVerb,
      certificateUserVerb,
      deleteUserVerb,
    ],
  },
  {
    name: 'session',
    summary: 'who is signed in',
    verbs: [listSessionsVerb, revokeSessionVerb],
  },
  {
    name: 'token',
    summary: 'API tokens, and what they may do',
    verbs: [createTokenVerb, listTokensVerb, revokeTokenVerb],
  },
  {
    name: 'job',
    summary: 'what the server does by itself',
    verbs: [listJobsVerb, showJobVerb, runJobVerb, enableJobVerb, disableJobVerb, scheduleJobVerb],
  },
  {
    name: 'channel',
    summary: 'who is told of what happens, by webhook or e-mail',
    verbs: [listChannelsVerb, showChannelVerb, createChannelVerb, setChannelVerb, testChannelVerb, deleteChannelVerb],
  },
  {
    name: 'notice',
    summary: 'what was told, waits, or could not be told',
    verbs: [listNoticesVerb, retryNoticeVerb],
  },
  {
    name: 'scep',
    summary: 'a SCEP client, for any server',
    verbs: [
      enrolVerb,
      renewVerb,
      pollVerb,
      getCertVerb,
      getCrlVerb,
      getNextCaVerb,
      capsVerb,
      caVerb,
      inspectVerb,
      probeVerb,
    ],
  },
]
