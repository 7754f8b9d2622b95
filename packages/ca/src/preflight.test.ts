import {
  assembleSigned,
  buildBasicConstraints,
  buildKeyUsage,
  buildTbsCertificate,
  type Certificate,
  type KeyUsageName,
  type Name,
  nameFromText,
  parseCertificate,
  type SigningKey,
  signatureAlgorithmIdentifier,
  softwareSigningKey,
} from '@chancery/pki'
import { beforeAll, expect, test } from 'vitest'
import { chainAbove } from './chain.ts'
import { generateKey } from './generate-key.ts'
import { preflight } from './preflight.ts'
import { newSerialNumber } from './serial-number.ts'

const NOW = new Date('2026-06-01T12:00:00Z')
const YEAR = 365 * 86_400_000

let keys: { root: SigningKey; middle: SigningKey; ca: SigningKey }
beforeAll(async () => {
  const key = async () => softwareSigningKey(await generateKey('p-256'))
  keys = { root: await key(), middle: await key(), ca: await key() }
})

interface Made {
  readonly subject: string
  readonly key: SigningKey
  readonly signer: SigningKey
  readonly issuer: string
  readonly ca?: boolean
  readonly pathLength?: number
  readonly usage?: readonly KeyUsageName[] | 'absent'
  readonly digest?: 'sha1' | 'sha256'
  readonly notBefore?: Date
  readonly notAfter?: Date
}

async function make(made: Made): Promise<Certificate> {
  const { ca = true, pathLength, usage = ['keyCertSign', 'cRLSign'], digest = 'sha256' } = made
  const scheme = { key: 'ec', digest } as const
  const signature = signatureAlgorithmIdentifier(scheme)
  const name = (text: string): Name => nameFromText(text)
  const tbs = buildTbsCertificate({
    serialNumber: newSerialNumber(),
    signature,
    issuer: name(made.issuer),
    notBefore: made.notBefore ?? new Date(NOW.getTime() - YEAR),
    notAfter: made.notAfter ?? new Date(NOW.getTime() + YEAR),
    subject: name(made.subject),
    publicKey: made.key.publicKey.der,
    extensions: [
      buildBasicConstraints({ ca, ...(pathLength !== undefined && { pathLength }) }),
      ...(usage === 'absent' ? [] : [buildKeyUsage(usage)]),
    ],
  })
  return parseCertificate(assembleSigned(tbs, signature, await made.signer.sign(tbs, scheme)))
}

const root = (more: Partial<Made> = {}) =>
  make({ subject: 'CN=Root', issuer: 'CN=Root', key: keys.root, signer: keys.root, ...more })
const middle = (more: Partial<Made> = {}) =>
  make({ subject: 'CN=Middle', issuer: 'CN=Root', key: keys.middle, signer: keys.root, ...more })
const ca = (more: Partial<Made> = {}) =>
  make({ subject: 'CN=CA', issuer: 'CN=Middle', key: keys.ca, signer: keys.middle, ...more })

const judged = async (parts: { root?: Partial<Made>; middle?: Partial<Made>; ca?: Partial<Made> } = {}) =>
  preflight({
    certificate: await ca(parts.ca),
    above: [await middle(parts.middle), await root(parts.root)],
    publicKey: keys.ca.publicKey,
    now: NOW,
  })

test('a chain is found in whatever order its certificates come, up to the root', async () => {
  const [certificate, above, top] = [await ca(), await middle(), await root()]
  expect(chainAbove(certificate, [top, certificate, above])).toEqual({ above: [above, top], fault: undefined })
  expect(chainAbove(top, [above])).toEqual({ above: [], fault: undefined })
})

test('of two certificates with one name the one that signed is taken', async () => {
  const [certificate, above, top] = [await ca(), await middle(), await root()]
  const impostor = await middle({ key: keys.root })
  expect(chainAbove(certificate, [impostor, above, top]).above).toEqual([above, top])
  expect(chainAbove(certificate, [impostor, top]).fault).toMatch(/CN=CA does not verify with the key of CN=Middle/)
})

test('a chain that does not reach its root says whose certificate is missing', async () => {
  expect(chainAbove(await ca(), [await middle()]).fault).toMatch(/^The certificate of CN=Root is missing/)
})

test('a CA with a sound chain has neither faults nor warnings', async () => {
  expect(await judged()).toEqual({ faults: [], warnings: [] })
})

test.each<[string, Parameters<typeof judged>[0], RegExp]>([
  ['no CA', { ca: { ca: false } }, /CN=CA is no CA/],
  ['one above that is no CA', { middle: { ca: false } }, /CN=Middle is no CA/],
  ['no right to sign certificates', { ca: { usage: ['cRLSign'] } }, /keyUsage of .*CN=CA lacks keyCertSign/],
  ['no right to sign CRLs', { ca: { usage: ['keyCertSign'] } }, /CN=CA lacks cRLSign/],
  ['a path that is too long', { root: { pathLength: 1 } }, /CN=Root allows 1 CAs below it .* there are 2/],
  ['an end that is past', { ca: { notAfter: NOW } }, /CN=CA expired on 2026-06-01/],
  ['an end of one above', { root: { notAfter: NOW } }, /CN=Root expired on/],
  ['a beginning that is to come', { ca: { notBefore: new Date(NOW.getTime() + 1000) } }, /is not valid before/],
])('%s is a fault', async (_, parts, sentence) => {
  expect((await judged(parts)).faults).toEqual([expect.stringMatching(sentence)])
})

test('the key of another CA is a fault', async () => {
  const { faults } = preflight({ certificate: await root(), above: [], publicKey: keys.ca.publicKey, now: NOW })
  expect(faults).toEqual([expect.stringMatching(/private key is not the one/)])
})

test('a path that is just short enough passes', async () => {
  expect((await judged({ root: { pathLength: 2 }, middle: { pathLength: 1 }, ca: { pathLength: 0 } })).faults).toEqual(
    [],
  )
})

test.each<[string, Parameters<typeof judged>[0], RegExp]>([
  ['SHA-1 above', { middle: { digest: 'sha1' } }, /CN=Middle is signed with SHA-1/],
  ['no keyUsage', { ca: { usage: 'absent' } }, /CN=CA has no keyUsage/],
  ['one above that ends first', { root: { notAfter: new Date(NOW.getTime() + 1000) } }, /CN=Root ends on/],
])('%s is a warning', async (_, parts, sentence) => {
  const { faults, warnings } = await judged(parts)
  expect(faults).toEqual([])
  expect(warnings).toEqual([expect.stringMatching(sentence)])
})

test('the signature of a root by itself proves nothing, so its digest is no matter', async () => {
  expect((await judged({ root: { digest: 'sha1' } })).warnings).toEqual([])
})
