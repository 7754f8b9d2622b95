import { type Certificate, keyUsage, nameToText, sameName, verifyCertificate } from '@chancery/pki'
import { parseCaCertificates } from '../../client/ca-certificates.ts'
import { selectRecipient } from '../../client/select-certificate.ts'
import { isAuthority } from '../../client/usage.ts'
import { ScepError } from '../../scep-error.ts'
import { broken, either, met, note, type ProbeFinding, unknown, weak } from '../finding.ts'
import type { ProbeCheck } from '../probe-check.ts'
import type { Server } from '../server.ts'

export const caCertificates: ProbeCheck = {
  name: 'ca-certificates',
  title: 'GetCACert',
  needs: 'nothing',
  async run(server) {
    const answer = await server.get('operation=GetCACert')
    const clauses = 'S-4.2.1.1-01 S-4.2.1.2-01'
    if (answer.status !== 200) return [broken(clauses, `GetCACert is answered with HTTP ${answer.status}.`)]
    let certificates: readonly Certificate[]
    try {
      certificates = parseCaCertificates(answer.body, answer.contentType)
    } catch (error) {
      const detail = error instanceof ScepError ? error.detail : String(error)
      return [broken(clauses, `The body of GetCACert cannot be read: ${detail}.`)]
    }
    server.certificates = certificates
    return [
      label(certificates, answer.body, answer.contentType),
      ...order(certificates),
      ...chain(certificates),
      ...recipient(server),
      ...certificates.flatMap((certificate) => state(certificate, server.options.now())),
    ]
  },
}

/** One certificate alone goes bare, several go in a message: Apple takes each label at its word. */
function label(certificates: readonly Certificate[], body: Buffer, contentType = ''): ProbeFinding {
  const isBare = certificates[0]?.der.equals(body) === true
  const expected = isBare ? 'application/x-x509-ca-cert' : 'application/x-x509-ca-ra-cert'
  return either(
    contentType === expected,
    isBare ? 'S-4.2.1.1-01' : 'S-4.2.1.2-01',
    `${isBare ? 'One certificate' : `${certificates.length} certificates`}, labelled ${contentType}.`,
    `${isBare ? 'One certificate' : `${certificates.length} certificates in a message`}, labelled ${contentType || 'not at all'} instead of ${expected}.`,
  )
}

function order(certificates: readonly Certificate[]): ProbeFinding[] {
  const ra = certificates.findIndex((certificate) => !isAuthority(certificate))
  if (ra === -1) return []
  const after = certificates.slice(0, ra).some(isAuthority)
  return [
    either(!after, 'S-4.2.1.2-03', 'RA certificates come first.', 'A CA certificate comes before those of the RA.'),
  ]
}

/** Everything hangs together, and there is one end at which it begins. */
function chain(certificates: readonly Certificate[]): ProbeFinding[] {
  const issued = (by: Certificate, one: Certificate) =>
    by !== one && sameName(by.subject, one.issuer) && verifyCertificate(one, by.publicKey)
  const orphans = certificates.filter(
    (one) => !sameName(one.issuer, one.subject) && !certificates.some((other) => issued(other, one)),
  )
  const topmost = orphans.length === 0 ? [] : [note('S-4.2.1.2-02', `Not in the set: the issuer of ${names(orphans)}.`)]
  const foreign = certificates.length > 1 && orphans.length > 1
  return foreign
    ? [broken('S-4.2.1.2-02', `They are not one chain: ${names(orphans)} have issuers that are not among them.`)]
    : [met('S-4.2.1.2-02', 'They are one chain.'), ...topmost]
}

function recipient(server: Server): ProbeFinding[] {
  try {
    server.recipient = selectRecipient(server.certificates)
    const name = names([server.recipient])
    return server.recipient.publicKey.type === 'rsa'
      ? [met('S-2.1.2-01', `Requests are encrypted to ${name}, whose key usage allows it.`)]
      : [note('S-3.1-P01', `The key of ${name} cannot encrypt, so requests are sealed with the challenge.`)]
  } catch (error) {
    if (!(error instanceof ScepError)) throw error
  }
  try {
    server.recipient = selectRecipient(server.certificates, { ignoreKeyUsage: true })
    const name = names([server.recipient])
    return [broken('S-2.1.2-01', `The key usage of ${name} does not allow encryption, so clients refuse it.`)]
  } catch (error) {
    if (!(error instanceof ScepError)) throw error
    return [unknown('S-4.2.1.2-05', 'No certificate has a key of a kind that requests can be protected with.')]
  }
}

const MONTH = 30 * 86_400_000

function state(certificate: Certificate, now: Date): ProbeFinding[] {
  const name = names([certificate])
  const { notBefore, notAfter, publicKey } = certificate
  const found: ProbeFinding[] = []
  if (now > notAfter) found.push(broken('S-2.2-04', `${name} expired on ${day(notAfter)}.`))
  else if (now < notBefore) found.push(broken('S-2.2-04', `${name} is not valid before ${day(notBefore)}.`))
  else if (notAfter.getTime() - now.getTime() < MONTH) {
    found.push(weak('', `${name} expires on ${day(notAfter)}, in less than a month.`))
  }
  if (publicKey.type === 'rsa' && (publicKey.modulusBits ?? 0) < 2048) {
    found.push(weak('S-3.1-15', `${name} has an RSA key of ${publicKey.modulusBits} bits.`))
  }
  if (readUsage(certificate)?.includes('digitalSignature') === false && !isAuthority(certificate)) {
    found.push(note('S-2.1.2-01', `${name} is not for signing; replies are signed with another one.`))
  }
  return found
}

function readUsage(certificate: Certificate) {
  try {
    return keyUsage(certificate)
  } catch {
    return undefined
  }
}

const day = (date: Date): string => date.toISOString().slice(0, 10)

export function names(certificates: readonly Certificate[]): string {
  return certificates.map(({ subject }) => `"${nameToText(subject).slice(0, 200)}"`).join(', ')
}
