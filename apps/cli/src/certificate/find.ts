import { readFile } from 'node:fs/promises'
import {
  type CertificateDetail,
  type CertificateEntry,
  type Client,
  getCertificate,
  listCertificates,
} from '@chancery/api'
import { decodePem, parseCertificate } from '@chancery/pki'
import { CliFailure } from '../cli-failure.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i
/** As openssl and our own lines print it, with or without 0x and colons. */
const SERIAL = /^(0x)?[0-9a-f]{1,2}(:?[0-9a-f]{1,2}){0,39}$/i

export const certificateArgument = {
  name: 'certificate',
  description: 'its serial number in hexadecimal, its UUID, or a file with it (PEM or DER)',
} as const

/** The one certificate that is meant, with everything that is known of it. */
export async function findCertificate(client: Client, which: string): Promise<CertificateDetail> {
  return client.call(getCertificate, { params: { uuid: await findCertificateUuid(client, which) } })
}

/** A wrong one must never be revoked, so nothing is guessed: a beginning of a serial number is none. */
export async function findCertificateUuid(client: Client, which: string): Promise<string> {
  if (UUID.test(which)) return which
  if (SERIAL.test(which)) {
    const { certificates } = await client.call(listCertificates, { query: { serial: which } })
    return onlyOne(
      certificates.filter(({ serialNumber }) => digitsOf(serialNumber) === digitsOf(which)),
      which,
    )
  }
  const fingerprint = parseCertificate(await certificateIn(which))
    .digest()
    .toString('hex')
  return onlyOne((await client.call(listCertificates, { query: { fingerprint } })).certificates, which)
}

/** Zeros before it are printed by some tools and not by others. */
function digitsOf(serial: string): string {
  return serial
    .toLowerCase()
    .replace(/^0x/, '')
    .replaceAll(':', '')
    .replace(/^0+(?=.)/, '')
}

function onlyOne(found: readonly CertificateEntry[], which: string): string {
  const [certificate, another] = found
  if (certificate === undefined) {
    throw new CliFailure('failed', `This server has issued no certificate "${which}".`, {
      nextStep: 'Give the serial number as openssl x509 -serial prints it, or the file with the certificate.',
    })
  }
  if (another === undefined) return certificate.uuid
  throw new CliFailure('failed', `Several CAs have issued a certificate with serial number "${which}".`, {
    nextStep: `Give its UUID: ${found.map(({ uuid, authority }) => `${uuid} (${authority})`).join(', ')}.`,
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
