/** What a channel may be told of, as a mail calls it. */
export const NOTICE_EVENTS = {
  'certificate.issued': 'Certificate issued',
  'certificate.renewed': 'Certificate renewed',
  'certificate.revoked': 'Certificate revoked',
  'certificate.held': 'Certificate put on hold',
  'certificate.released': 'Certificate released from hold',
  'certificate.expiring': 'Certificate ends soon',
  'certificate.unreported': 'Certificate withheld for good, its notice was not acknowledged',
  'request.refused': 'Request refused',
  'approval.wanted': 'Request waits for a person',
  'job.failed': 'Job failed',
  'intune.secret-expiring': 'Key for Intune ends soon',
  'audit.broken': 'Audit log does not verify',
} as const

export type NoticeEvent = keyof typeof NOTICE_EVENTS
export const NOTICE_EVENT_NAMES = Object.keys(NOTICE_EVENTS) as NoticeEvent[]
