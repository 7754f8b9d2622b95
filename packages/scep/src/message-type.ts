/** messageType values (RFC 8894 §3.2.1.2). 18 was UpdateReq in an old draft and stays out: see CVE-2026-30836. */
export const MESSAGE_TYPE = {
  CertRep: '3',
  RenewalReq: '17',
  PKCSReq: '19',
  CertPoll: '20',
  GetCert: '21',
  GetCRL: '22',
} as const

export type MessageType = keyof typeof MESSAGE_TYPE
