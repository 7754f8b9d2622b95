import { FAIL_INFO, type FailInfo } from '@chancery/scep'

/** What the command ends with; scripts rely on the numbers (S-3.2.1.4-18). */
export const EXIT = {
  ok: { code: 0, meaning: 'done' },
  failed: { code: 1, meaning: 'wrong usage, a refusal of the administration, or anything not listed here' },
  pending: {
    code: 2,
    meaning: 'the server has the request and has not decided; "chancery scep poll", or the same command, asks again',
  },
  network: { code: 3, meaning: 'the server cannot be reached, or answers with an HTTP error' },
  protocol: { code: 4, meaning: 'the answer is not what SCEP prescribes, or cannot be trusted' },
  fingerprint: { code: 5, meaning: 'the CA is not the one demanded, by its fingerprint or by ca.pem' },
  badAlg: { code: 10, meaning: 'FAILURE badAlg (0): an algorithm, or the key, is not accepted' },
  badMessageCheck: { code: 11, meaning: 'FAILURE badMessageCheck (1): the signature of the request is wrong' },
  badRequest: { code: 12, meaning: 'FAILURE badRequest (2): not permitted; often the challenge' },
  badTime: { code: 13, meaning: 'FAILURE badTime (3): the clocks are too far apart' },
  badCertId: { code: 14, meaning: 'FAILURE badCertId (4): no certificate matches' },
  broken: { code: 20, meaning: 'scep inspect, scep probe: a clause of SCEP is broken' },
  notScep: { code: 21, meaning: 'scep inspect: it is nothing that SCEP knows' },
  differs: { code: 30, meaning: 'config diff: the server is not as the file says' },
  altered: { code: 31, meaning: 'audit verify: somebody changed the audit log' },
  nodeTooOld: { code: 70, meaning: 'this Node is older than 24' },
} as const satisfies Record<string, { code: number; meaning: string }>

export type ExitName = keyof typeof EXIT

/** The exit for a FAILURE; without a failInfo that is known, the server broke the protocol. */
export function exitOfFailInfo(failInfo: FailInfo | undefined): ExitName {
  return failInfo !== undefined && failInfo in FAIL_INFO ? failInfo : 'protocol'
}

/** For `--help`. */
export function exitCodeHelp(): string {
  const rows = Object.values(EXIT).map(({ code, meaning }) => `  ${String(code).padStart(2)}  ${meaning}`)
  return ['Exit codes:', ...rows].join('\n')
}
