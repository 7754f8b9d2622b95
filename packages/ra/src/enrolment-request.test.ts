import { generateKeyPairSync } from 'node:crypto'
import {
  buildCertificationRequest,
  buildSubjectAltName,
  der,
  nameFromText,
  parseCertificationRequest,
  softwareSigningKey,
} from '@chancery/pki'
import { type EnrolmentMessage, ScepError } from '@chancery/scep'
import { expect, test } from 'vitest'
import { contentDigest } from './enrolment-request.ts'

const key = softwareSigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)

async function asking(...extensions: Buffer[]): Promise<EnrolmentMessage> {
  const csr = parseCertificationRequest(
    await buildCertificationRequest({ subject: nameFromText('CN=a'), key, extensions }),
  )
  return { csr } as unknown as EnrolmentMessage
}

test('the same subject, key and names are the same request, other names are another', async () => {
  const names = (value: string) => buildSubjectAltName([{ type: 'dns', value }], false)
  const digest = contentDigest(await asking(names('a')))
  expect(contentDigest(await asking(names('a')))).toEqual(digest)
  expect(contentDigest(await asking(names('b')))).not.toEqual(digest)
})

test.each([
  ['a number', der.integer(1)],
  ['an extension without a value', der.sequence(der.oid('2.5.29.17'))],
])('S-3.2.1.4-14 %s in the place of a requested extension is a refusal, not a fault of ours', async (_, extension) => {
  const request = await asking(extension)
  expect(() => contentDigest(request)).toThrow(ScepError)
})
