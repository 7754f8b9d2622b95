import type { EnrolmentMessage } from '@chancery/scep'
import type { Endpoint } from '../endpoint.ts'
import type { ChallengeVerdict } from '../ports.ts'
import type { FailedNotice, IssuedNotice, NoticeOutcome, Voucher } from '../voucher.ts'
import { setUp } from './world.ts'

const VOUCHER = 'a'.repeat(64)

/** A world in which somebody vouches for each request, and writes down in which order he is spoken to. */
export function setUpVouching(options: { inProcess?: boolean } = {}) {
  const world = setUp(options)
  const said: string[] = []
  const issued: IssuedNotice[] = []
  const failed: FailedNotice[] = []
  const answers: {
    verdict: 'accepted' | ChallengeVerdict
    notice: NoticeOutcome | Error
  } = {
    verdict: 'accepted',
    notice: { status: 'acknowledged', toldSerial: '01', toldIssuer: 'CN=CA' },
  }
  const voucher: Voucher = {
    key: VOUCHER,
    async issued(notice) {
      said.push('issued')
      issued.push(notice)
      if (answers.notice instanceof Error) throw answers.notice
      return answers.notice
    },
    async failed(notice) {
      said.push('failed')
      failed.push(notice)
    },
  }
  const endpoint = {
    ...world.endpoint,
    scepProfile: { ...world.endpoint.scepProfile, challengeKind: 'intune' as const },
    challenge: {
      voucher,
      async validate({
        csr,
        challenge,
      }: {
        csr: { der: Buffer }
        challenge: EnrolmentMessage['challengePassword'] & {}
      }) {
        said.push('validate')
        if (answers.verdict !== 'accepted') return answers.verdict
        const use = { vouched: { voucher: VOUCHER, csr: csr.der, challenge } }
        return { verdict: 'accepted' as const, use, detail: 'Success' }
      },
    },
  }
  const ask = (request: EnrolmentMessage, at?: Date, where: Endpoint = endpoint) => world.ask(request, at, where)
  return { ...world, endpoint, ask, said, issued, failed, answers }
}
