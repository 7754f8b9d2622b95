import { generateKeyPairSync } from 'node:crypto'
import {
  buildCertificationRequest,
  buildSubjectAltName,
  nameFromText,
  parseCertificationRequest,
  softwareSigningKey,
} from '@chancery/pki'
import type { ChallengeQuestion } from '@chancery/ra'
import { Secret, type TransactionId } from '@chancery/scep'

export const NOW = new Date('2026-01-15T12:00:00Z')

const CSR = parseCertificationRequest(
  await buildCertificationRequest({
    subject: nameFromText('CN=printer1'),
    key: softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
    extensions: [buildSubjectAltName([{ type: 'dns', value: 'printer1.example' }], false)],
    challengePassword: 'right',
  }),
)

/** What a validator is asked, for tests: CN=printer1 with the challenge `right`, but for what is given. */
export function question(changes: Partial<ChallengeQuestion> = {}): ChallengeQuestion {
  return {
    scepProfileId: 1,
    challenge: new Secret('right'),
    subject: nameFromText('CN=printer1'),
    subjectAltNames: [{ type: 'dns', value: 'printer1.example' }],
    transactionId: 'T-1' as TransactionId,
    csr: CSR,
    kind: 'initial',
    scepProfile: 'default',
    raProfile: 'printers',
    peer: '192.0.2.7',
    idempotencyKey: Buffer.alloc(32, 7),
    now: NOW,
    ...changes,
  }
}
