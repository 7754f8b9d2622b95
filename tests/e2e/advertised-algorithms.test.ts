import type { ContentEncryptionName, DigestName } from '@chancery/pki'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createChallenge, setCompatibility } from '../admin.ts'
import { certificateOf, enrol, fetchCa, newDevice, PROFILE_PATH, sealEnrolment } from '../device.ts'
import { startServer, type TestServer } from '../server.ts'

/** What each keyword of GetCACaps promises (RFC 8894 §3.5.2). */
const CIPHERS: Readonly<Record<string, ContentEncryptionName>> = { AES: 'aes-128-cbc', DES3: 'des-ede3-cbc' }
const DIGESTS: Readonly<Record<string, DigestName>> = {
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}
/** Keywords of other things. */
const OTHERS = ['POSTPKIOperation', 'SCEPStandard', 'Renewal', 'GetNextCACert']

let server: TestServer
beforeAll(async () => {
  server = await startServer()
})
afterAll(() => server.stop())

test.each(['default', 'strict'])('S-3.5.2-05 whatever the profile %s advertises is served', async (profile) => {
  await setCompatibility(server, profile)
  const answer = await fetch(`${server.url}${PROFILE_PATH}?operation=GetCACaps`)
  const advertised = (await answer.text()).trimEnd().split('\n')
  const ciphers = advertised.filter((keyword) => keyword in CIPHERS)
  const digests = advertised.filter((keyword) => keyword in DIGESTS)
  const known = [...ciphers, ...digests, ...OTHERS]
  expect(advertised.filter((keyword) => !known.includes(keyword))).toEqual([])
  expect(ciphers).not.toEqual([])
  expect(digests).not.toEqual([])

  const ca = await fetchCa(server.url)
  const device = await newDevice()
  for (const cipher of ciphers)
    for (const digest of digests) {
      const enrolment = await sealEnrolment(device, ca, {
        challenge: await createChallenge(server),
        contentEncryption: CIPHERS[cipher] as ContentEncryptionName,
        digest: DIGESTS[digest] as DigestName,
      })
      const certificate = certificateOf(await enrol(server.url, enrolment, ca))
      expect(certificate.publicKey.der, `${cipher} and ${digest}`).toEqual(device.key.publicKey.der)
    }
})
