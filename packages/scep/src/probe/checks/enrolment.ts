import {
  basicConstraints,
  type Certificate,
  contentEncryptionByOid,
  contentEncryptionLabel,
  parseEnvelopedData,
  sameName,
  subjectAltNames,
} from '@chancery/pki'
import { chainsTo } from '../../client/trust.ts'
import { describe } from '../answer.ts'
import { broken, either, met, note, type ProbeFinding, weak } from '../finding.ts'
import { type Delivered, delivered, forKey, request } from '../issued.ts'
import type { ProbeCheck } from '../probe-check.ts'
import type { Asked, Server } from '../server.ts'
import { authorityOf } from './questions.ts'

/** One enrolment with the challenge that was given, and the certificate that comes of it. */
export const enrolment: ProbeCheck = {
  name: 'enrolment',
  title: 'An enrolment',
  needs: 'challenge',
  async run(server) {
    const identity = await server.newIdentity()
    const content = await request(identity, server.options.challenge)
    const asked = await server.ask({ messageType: '19', content, signer: identity })
    const { answer, reply } = asked
    const seen = describe(answer, reply)
    if (reply?.pkiStatus === 'PENDING') {
      const poll = await server.ask({ signer: identity, transactionId: asked.transactionId })
      return [
        note('S-4.3.1-01', 'The request waits for a person.'),
        either(
          poll.reply?.pkiStatus === 'PENDING',
          'S-4.4-03',
          'A poll learns that it waits.',
          `A poll for it is answered with ${describe(poll.answer, poll.reply)}.`,
        ),
      ]
    }
    if (reply?.pkiStatus !== 'SUCCESS') {
      const text = reply?.failInfoText === undefined ? '' : `: ${reply.failInfoText}`
      return [broken('S-2.4-02', `The challenge gets no certificate (${seen}${text}).`)]
    }
    let opened: Delivered
    try {
      opened = await delivered(asked, identity)
    } catch (error) {
      return [
        broken(
          'S-2.3-03',
          `The reply does not open with the key that signed (${error instanceof Error ? error.message : ''}).`,
        ),
      ]
    }
    const certificate = forKey(opened, identity)
    if (certificate === undefined)
      return [broken('S-3.3.2.1-02', 'No certificate in the reply is for the key of the request.')]
    server.issued = { ...identity, certificate, selfSigned: identity.certificate, request: asked }
    return [
      met('S-2.4-02 S-2.3-03', 'The challenge gets a certificate, which opens with the key that signed the request.'),
      ...envelope(asked),
      ...form(opened, certificate),
      ...worth(certificate, server),
    ]
  },
}

/** In what the certificate travels: a client that speaks AES may speak nothing else. */
function envelope({ reply }: Asked): ProbeFinding[] {
  const eContent = reply?.message.signedData.eContent
  if (eContent === undefined) return []
  const { oid } = parseEnvelopedData(eContent).contentEncryption
  const name = contentEncryptionByOid(oid)?.name
  if (name === 'aes-128-cbc') return [met('S-3.1-11', 'A request in AES-128 is answered in it.')]
  const label = contentEncryptionLabel(oid)
  if (name === 'des-cbc') {
    return [
      broken(
        'S-2.9-03',
        `A request in AES-128 is answered in ${label}, which OpenSSL 3 does not read and anybody can break.`,
      ),
    ]
  }
  return [note('S-3.1-11', `A request in AES-128 is answered in ${label}.`)]
}

function form({ certificates }: Delivered, certificate: Certificate): ProbeFinding[] {
  return [
    either(
      certificates[0] === certificate,
      'S-3.3.2.1-03',
      'The certificate comes first.',
      'The certificate does not come first, where Apple looks for it.',
    ),
  ]
}

function worth(certificate: Certificate, server: Server): ProbeFinding[] {
  const { subject, key } = server.issued ?? {}
  const serial = certificate.serialNumber
  const positive = serial.length <= 20 && ((serial[0] ?? 0) & 0x80) === 0 && serial.some((octet) => octet !== 0)
  const isCa = attempt(() => basicConstraints(certificate)?.ca === true) ?? false
  const findings = [
    either(
      chainsTo(certificate, server.certificates, []),
      'S-3.3.2.1-05',
      'It is from the CA of GetCACert.',
      'It is not from a CA of GetCACert.',
    ),
    either(
      positive && !isCa && certificate.extensions.length > 0,
      'S-3.3.2.1-09',
      'It is as RFC 5280 wants it: version 3, a positive serial number, no CA.',
      isCa ? 'It is the certificate of a CA.' : 'Its serial number or version is not as RFC 5280 wants it.',
    ),
  ]
  if (serial.length < 8)
    findings.push(weak('S-7-16', `Its serial number has ${serial.length} octets: it can be guessed.`))
  if (subject !== undefined && !sameName(subject, certificate.subject)) {
    findings.push(note('S-2.1.2-03', 'The CA changed the subject that was asked for.'))
  }
  if (key !== undefined && (attempt(() => subjectAltNames(certificate).length) ?? 0) > 0) {
    findings.push(note('S-2.1.2-03', 'The CA added subject alternative names.'))
  }
  const days = Math.round((certificate.notAfter.getTime() - certificate.notBefore.getTime()) / 86_400_000)
  const authority = authorityOf(server)
  findings.push(note('', `It is valid for ${days} days.`))
  if (certificate.notAfter > authority.notAfter) findings.push(broken('S-3.3.2.1-09', 'It outlives its CA.'))
  return findings
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}
