import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  encodePem,
  issuerHashes,
  nameToText,
  parseCertificate,
  publicKeyInfoOf,
  softwareSigningKey,
} from '@chancery/pki'
import * as asn1js from 'asn1js'
import * as pkijs from 'pkijs'
import { expect, test } from 'vitest'
import { run } from '../../../tests/command.ts'
import { CaError } from './ca-error.ts'
import { generateKey } from './generate-key.ts'
import type { Issuer } from './issuer.ts'
import { ocspSigner, signOcspAnswer } from './ocsp-answer.ts'
import { ocspSignerName } from './ocsp-signer-name.ts'
import { prepare } from './prepare.ts'
import { newSerialNumber } from './serial-number.ts'
import { sign, signTbs } from './sign.ts'
import { type CertificateTemplate, DEVICE_TEMPLATE, OCSP_SIGNER_TEMPLATE } from './template.ts'
import { NOW, newIssuer, newOrder } from './test-issuer.ts'

async function orderFor(
  issuer: Issuer,
  kind: 'p-256' | 'rsa-2048',
  template: CertificateTemplate = OCSP_SIGNER_TEMPLATE,
) {
  const privateKey = await generateKey(kind)
  const order = {
    template,
    subject: ocspSignerName(issuer.certificate),
    subjectAltNames: [],
    publicKey: publicKeyInfoOf(privateKey),
    issuer,
    serialNumber: newSerialNumber(),
    now: NOW,
  }
  return { order, privateKey }
}

async function newSigner(issuer: Issuer, kind: 'p-256' | 'rsa-2048') {
  const { order, privateKey } = await orderFor(issuer, kind)
  const certificate = parseCertificate(await sign(prepare(order), issuer.key))
  return ocspSigner(certificate, softwareSigningKey(privateKey))
}

test.each([
  ['rsa-2048', 'p-256'],
  ['p-384', 'rsa-2048'],
  ['p-256', 'p-256'],
] as const)(
  'openssl verifies the answer of a %s CA whose signer has a %s key, and so reads PKI.js',
  async (ca, kind) => {
    const issuer = await newIssuer(ca)
    const signer = await newSigner(issuer, kind)
    const device = parseCertificate(await sign(prepare(await newOrder(issuer)), issuer.key))
    const { serialNumber } = device
    const certId = {
      ...issuerHashes(issuer.certificate, 'sha1'),
      digest: 'sha1',
      withNull: true,
      serialNumber,
    } as const
    const times = { thisUpdate: NOW, nextUpdate: new Date(NOW.getTime() + 3_600_000) }
    const responses = [{ certId, status: 'revoked', at: NOW, reason: 1, ...times }] as const
    const answer = await signOcspAnswer({ signer, producedAt: NOW, responses })

    const folder = await mkdtemp(join(tmpdir(), 'chancery-ocsp-'))
    const at = (name: string) => join(folder, name)
    try {
      await writeFile(at('ca.pem'), encodePem('CERTIFICATE', issuer.certificate.der))
      await writeFile(at('device.pem'), encodePem('CERTIFICATE', device.der))
      await writeFile(at('answer.der'), answer)
      const files = [
        '-issuer',
        at('ca.pem'),
        '-cert',
        at('device.pem'),
        '-CAfile',
        at('ca.pem'),
        '-respin',
        at('answer.der'),
      ]
      // The test's time is long ago; only the signer's validity is judged by it.
      const time = ['-attime', String(NOW.getTime() / 1000), '-validity_period', '1000000000']
      const { stdout, stderr } = await run('openssl', ['ocsp', '-no_nonce', ...files, ...time])
      expect(stderr).toContain('Response verify OK')
      expect(stdout.toString()).toMatch(/device\.pem: revoked[\s\S]*Reason: keyCompromise/)
    } finally {
      await rm(folder, { recursive: true })
    }

    const response = pkijs.OCSPResponse.fromBER(new Uint8Array(answer))
    expect(response.responseStatus.valueBlock.valueDec).toBe(0)
    const basic = pkijs.BasicOCSPResponse.fromBER(
      response.responseBytes?.response.valueBlock.valueHexView as Uint8Array<ArrayBuffer>,
    )
    const [single] = basic.tbsResponseData.responses
    expect(Buffer.from(single?.certID.serialNumber.valueBlock.valueHexView ?? [])).toEqual(serialNumber)
    expect(basic.tbsResponseData.responderID).toBeInstanceOf(asn1js.OctetString)
  },
)

test('the signer is named below its CA, lives thirty days, and never longer than the CA', async () => {
  const issuer = await newIssuer('p-256')
  const { certificate } = await newSigner(issuer, 'p-256')
  expect(nameToText(certificate.subject)).toBe(`CN=OCSP responder,${nameToText(issuer.certificate.subject)}`)
  expect(certificate.notAfter.getTime()).toBe(NOW.getTime() + 30 * 86_400_000)
  const late = new Date(issuer.certificate.notAfter.getTime() - 86_400_000)
  const { order } = await orderFor(issuer, 'p-256')
  expect(prepare({ ...order, now: late }).notAfter).toEqual(issuer.certificate.notAfter)
})

test('no other certificate is taken out of revocation', async () => {
  const issuer = await newIssuer('p-256')
  for (const purposes of [['1.3.6.1.5.5.7.3.2'], ['1.3.6.1.5.5.7.3.9', '1.3.6.1.5.5.7.3.2'], 'none'] as const) {
    const template = { ...OCSP_SIGNER_TEMPLATE, extendedKeyUsage: purposes }
    const { order } = await orderFor(issuer, 'p-256', template)
    expect(() => prepare(order)).toThrow(CaError)
  }
  const taken = { ...DEVICE_TEMPLATE, extensions: [{ oid: '1.3.6.1.5.5.7.48.1.5', critical: false }] }
  const { order } = await orderFor(issuer, 'p-256', taken)
  expect(() => prepare(order)).toThrow(CaError)
  const { order: allowed } = await orderFor(issuer, 'p-256')
  expect(() => signTbs(prepare(allowed).tbs, issuer), 'read back from the store').toThrow(CaError)
})

test('a key that is not the one of the certificate signs nothing', async () => {
  const issuer = await newIssuer('p-256')
  const { certificate } = await newSigner(issuer, 'p-256')
  expect(() => ocspSigner(certificate, issuer.key)).toThrow(CaError)
})
