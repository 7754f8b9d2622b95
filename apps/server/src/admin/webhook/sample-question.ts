import { randomBytes } from 'node:crypto'
import { generateKey } from '@chancery/ca'
import {
  buildCertificationRequest,
  buildSubjectAltName,
  type GeneralName,
  nameFromText,
  parseCertificationRequest,
  softwareSigningKey,
} from '@chancery/pki'
import type { ChallengeQuestion, ScepProfile } from '@chancery/ra'
import { Secret, type TransactionId } from '@chancery/scep'

const SUBJECT = nameFromText('CN=sample.example')
const NAMES: readonly GeneralName[] = [{ type: 'dns', value: 'sample.example' }]
const CHALLENGE = 'sample-challenge'

/** What a webhook is asked when it is tried out; each time another question, so that no old answer is given again. */
export async function sampleQuestion({ id, name }: ScepProfile, now: Date): Promise<ChallengeQuestion> {
  const der = await buildCertificationRequest({
    subject: SUBJECT,
    key: softwareSigningKey(await generateKey('p-256')),
    challengePassword: CHALLENGE,
    extensions: [buildSubjectAltName(NAMES, false)],
  })
  return {
    scepProfileId: id,
    challenge: new Secret(CHALLENGE),
    subject: SUBJECT,
    subjectAltNames: NAMES,
    transactionId: 'SAMPLE' as TransactionId,
    csr: parseCertificationRequest(der),
    kind: 'initial',
    scepProfile: name,
    raProfile: '',
    peer: undefined,
    idempotencyKey: randomBytes(32),
    now,
  }
}
