import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { type Certificate, nameFromText, softwareSigningKey } from '@chancery/pki'
import { selfSignedSigner } from '@chancery/scep'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { assembleEnvelope, type EnvelopeParts, envelopeParts, signMessage } from '../../../../tests/hand-made.ts'
import { unpadded } from '../../../../tests/refused-envelope.ts'
import { ProfileLimits } from '../limits/profile-limits.ts'
import { RequestLimits } from '../limits/request-limits.ts'
import { type TestApp, testApp } from '../testing/test-app.ts'
import type { Answer } from './answer.ts'
import { answerRequest } from './answer-request.ts'
import { Course } from './course.ts'
import { Derivations } from './derivations.ts'
import { Gate } from './gate.ts'

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })

let server: TestApp
let ra: Certificate
let certificate: Certificate
beforeAll(async () => {
  server = await testApp()
  ra = (await endpoint()).current.certificate
  certificate = await selfSignedSigner(nameFromText('CN=whoever'), softwareSigningKey(privateKey), new Date())
})
afterAll(() => server.close())

async function endpoint() {
  const answer = (await server.context.snapshots.current()).byScepProfile('default')
  if (!('served' in answer)) throw new Error(answer.refused)
  return answer.served
}

function ask(messageType: string, parts: EnvelopeParts): Promise<Answer> {
  const attributes = { messageType, transactionId: '1', senderNonce: randomBytes(16) }
  const body = signMessage(assembleEnvelope(parts), { certificate, privateKey }, attributes)
  const find = {
    find: (snapshot: Awaited<ReturnType<typeof server.context.snapshots.current>>) => snapshot.byScepProfile('default'),
  }
  return answerRequest(
    {
      method: 'POST',
      url: '/?operation=PKIOperation',
      body,
      ...find,
      challengeId: undefined,
      source: undefined,
      peer: '127.0.0.1',
      id: 'id',
      course: new Course(performance.now()),
    },
    server.context,
    {
      gate: new Gate(),
      derivations: new Derivations(),
      requests: new RequestLimits(1),
      profiles: new ProfileLimits(1),
    },
  )
}

test.each(['21', '22'])(
  'S-7-02 a question of type %s leaves at the fixed deadline whether its padding is right, wrong or hides another question',
  async (type) => {
    for (const parts of [
      unpadded(Buffer.concat([randomBytes(31), Buffer.from([1])]), ra),
      unpadded(Buffer.concat([randomBytes(31), Buffer.from([17])]), ra),
      envelopeParts(randomBytes(40), ra),
      { ...envelopeParts(randomBytes(40), ra), encryptedKey: Buffer.alloc(256, 1) },
    ]) {
      const answer = await ask(type, parts)
      expect(answer).toMatchObject({ status: 200, uniform: true, report: { reason: 'certificate_unknown' } })
    }
  },
)
