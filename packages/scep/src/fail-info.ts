/** failInfo values (RFC 8894 §3.2.1.4). */
export const FAIL_INFO = { badAlg: '0', badMessageCheck: '1', badRequest: '2', badTime: '3', badCertId: '4' } as const

export type FailInfo = keyof typeof FAIL_INFO
