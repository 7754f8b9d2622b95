import { expect, test } from 'vitest'
import * as pki from '../index.ts'
import { strict } from './testing/ber.ts'
import { identity } from './testing/identity.ts'

test('S-3.3.2.1-01 C-ID-04 a certs-only message is version 1, of empty sets and without content', () => {
  expect(pki.certsOnly([]).toString('hex')).toBe(
    '302306092a864886f70d010702a016301402010131003' + '00b06092a864886f70d0107013100',
  )
})

test('S-3.3.2.1-03 C-ID-05 the certificates keep their order, sorted or not', async () => {
  const [a, b] = [(await identity('rsa')).certificate.der, (await identity('ec')).certificate.der]
  for (const order of [
    [a, b],
    [b, a],
  ]) {
    const message = pki.certsOnly(order)
    expect(pki.parseSignedData(message).certificates.map((e) => e.bytes)).toEqual(order)
    expect(strict(message)).toEqual(message)
  }
})

test('CRLs go along, with certificates or alone', async () => {
  const crl = pki.der.sequence(pki.der.integer(1))
  const { certificate } = await identity('ec')
  expect(pki.parseSignedData(pki.certsOnly([], [crl])).crls.map((e) => e.bytes)).toEqual([crl])
  expect(pki.parseSignedData(pki.certsOnly([certificate.der], [crl]))).toMatchObject({
    certificates: { length: 1 },
    crls: { length: 1 },
    signerInfos: [],
  })
})
