import { der } from '@chancery/pki'
import { expect, test } from 'vitest'
import { openRequest } from '../request/open-request.ts'
import { DEFAULT, DEVICE, message, NOW, RA_KEY } from '../testing/exchange.ts'
import { commonName, rawCertificate } from '../testing/raw-certificate.ts'
import { requestAttributes } from '../testing/raw-message.ts'
import { recogniseClient } from './recognise-client.ts'

const { privateKey } = DEVICE
const BYTES = message({
  attributes: requestAttributes({ transactionId: [der.printableString('qUqP5cyxm6YcTAhz05Hph5gvu9M=')] }),
  signer: rawCertificate({ privateKey, subject: commonName('SCEP SIGNER') }),
})
const UNKNOWN = { signer: undefined, csr: undefined, legacy: [], rawMessage: undefined }

test('a client is recognised by the request as it was opened, without reading it again', async () => {
  const { message: read, signer, legacy } = await openRequest(BYTES, [RA_KEY], DEFAULT, NOW)
  if (read === undefined) throw new Error('an opened request has no message')
  const known = { ...UNKNOWN, signer: signer.certificate, legacy }
  expect(recogniseClient({ ...known, message: read })?.name).toBe("micromdm's scepclient")
  expect(recogniseClient({ ...known, message: read })).toEqual(recogniseClient({ ...known, message: BYTES }))
})

test('octets that are no message look like nobody', () => {
  expect(recogniseClient({ ...UNKNOWN, message: Buffer.from('nothing') })).toBeUndefined()
})
