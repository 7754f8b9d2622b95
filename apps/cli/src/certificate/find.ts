import { readFile } from 'node:fs/promises'
import { type Certificate, type Client, findCertificates, getCertificate } from '@chancery/api'
import { decodePem, parseCertificate } from '@chancery/pki'
import { CliFailure } from '../cli-failure.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** As openssl and our own lines print it, with or without 0x and colons. */
const SERIAL = /^(0x)?[0-9a-f]{1,2}(:?[0-9a-f]{1,2}){0,63}$/i

export const certificateArgument = {
  name: 'certificate',
  description: 'its serial number in hexadecimal, its UUID, or a file with it (PEM or DER)',
} as const

/** The one certificate that is meant: a wrong one must never be revoked, so nothing is guessed. */
export async function findCertificate(client: Client, which: string): Promise<Certificate> {
  if (UUID.test(which)) return client.call(getCertificate, { params: { uuid: which } })
  if (SERIAL.test(which)) return onlyOne(await client.call(findCertificates, { query: { serial: which } }), which)
  const fingerprint = parseCertificate(await certificateIn(which))
    .digest()
    .toString('hex')
  return onlyOne(await client.call(findCertificates, { query: { fingerprint } }), which)
}

function onlyOne(found: readonly Certificate[], which: string): Certificate {
  const [certificate, another] = found
  if (certificate === undefined) {
    throw new CliFailure('failed', `This server has issued no certificate "${which}".`, {
      nextStep: 'Give the serial number as openssl x509 -serial prints it, or the file with the certificate.',
    })
  }
  if (another === undefined) return certificate
  throw new CliFailure('failed', `Several CAs have issued a certificate with serial number "${which}".`, {
    nextStep: `Give its UUID: ${found.map(({ uuid, issuer }) => `${uuid} (${issuer})`).join(', ')}.`,
  })
}

async function certificateIn(path: string): Promise<Buffer> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new CliFailure('failed', `"${path}" is no serial number, no UUID and no file that can be read.`, { cause })
  })
  if (bytes[0] === 0x30) return bytes
  const [first] = decodePem(bytes.toString('latin1'), 'CERTIFICATE')
  if (first === undefined) throw new CliFailure('failed', `"${path}" holds no certificate.`)
  return first
}
