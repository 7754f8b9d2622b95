import { der, requestedExtensions, subjectAltNames } from '@chancery/pki'
import { expect, test } from 'vitest'
import { message, open } from './testing/exchange.ts'
import { challengeAttribute, commonName, extension, rawCertificate, rawCsr, rsaKey } from './testing/raw-certificate.ts'
import { attribute, requestAttributes } from './testing/raw-message.ts'
import { openAs, reply } from './testing/reply.ts'

test('C-IO-01 a request like the sample of the RFC opens to the same values', async () => {
  const signer = rawCertificate({ subject: commonName('sample'), privateKey: rsaKey(1536) })
  const names = der.sequence(
    der.implicit(1, der.ia5String('sample@example.org')),
    der.implicit(6, der.ia5String('http://www.example.org/')),
  )
  const extensions = der.sequence(extension('2.5.29.17', false, names))
  const content = rawCsr({
    privateKey: signer.privateKey,
    attributes: [
      challengeAttribute(der.printableString('NQ3C6-GS3ZN-2XPGL-SEJTQ')),
      der.sequence(der.oid('1.2.840.113549.1.9.14'), der.set(extensions)),
    ],
  })
  const randomNonce = attribute('1.2.840.113549.1.9.25.3', der.octetString(Buffer.alloc(8, 3)))
  const request = await open(message({ signer, attributes: [...requestAttributes(), randomNonce] }, { content }))
  expect(request.transactionId).toBe('7XXEY-ERLPU-2JDR9')
  expect(request.messageType).toBe('PKCSReq')
  expect(request.challengePassword?.reveal()).toBe('NQ3C6-GS3ZN-2XPGL-SEJTQ')
  expect(request.csr.publicKey.modulusBits).toBe(1536)
  expect(requestedExtensions(request.csr).flatMap((found) => subjectAltNames(found))).toEqual([
    { type: 'email', value: 'sample@example.org' },
    { type: 'uri', value: 'http://www.example.org/' },
  ])
})

test('C-IO-01 S-3.2.1.5-05 a reply like the sample of the RFC, without senderNonce and with a randomNonce, opens', async () => {
  const more = [attribute('1.2.840.113549.1.9.25.3', der.octetString(Buffer.alloc(8, 3)))]
  expect(await openAs(reply('0', { senderNonce: null, more }))).toMatchObject({ status: 'SUCCESS' })
})
