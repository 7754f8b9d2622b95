import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { basicConstraints, encodePem } from '@chancery/pki'
import type { RecipientOptions } from '@chancery/scep'
import { expect } from 'vitest'
import { must } from '../command.ts'
import { fetchCa } from '../device.ts'

/** What GetCACert published, as the files that clients want. */
export interface CaFiles {
  /** The certificate to encrypt to: the RA's, or the CA's where that is the only one. */
  readonly recipientPem: string
  readonly recipientDer: string
  readonly caPem: string
  readonly caDer: string
}

export async function writeCaFiles(
  url: string,
  folder: string,
  path?: string,
  options: RecipientOptions = {},
): Promise<CaFiles> {
  const { certificates, recipient } = await fetchCa(url, path, options)
  const ca = certificates.find((one) => basicConstraints(one)?.ca === true)
  if (ca === undefined) throw new Error('GetCACert published no CA')
  const write = (name: string, content: Buffer | string) => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }
  return {
    recipientPem: write('recipient.pem', encodePem('CERTIFICATE', recipient.der)),
    recipientDer: write('recipient.der', recipient.der),
    caPem: write('ca.pem', encodePem('CERTIFICATE', ca.der)),
    caDer: write('ca.der', ca.der),
  }
}

/** `openssl verify` accepts a client's certificate against the fetched CA. */
export async function expectVerified(certificate: string, { caPem }: CaFiles): Promise<void> {
  const verdict = await must('openssl', ['verify', '-x509_strict', '-CAfile', caPem, certificate])
  expect(verdict.toString().trim()).toBe(`${certificate}: OK`)
}
