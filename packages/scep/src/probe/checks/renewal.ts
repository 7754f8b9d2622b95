import {
  assembleSigned,
  buildTbsCertificate,
  nameFromText,
  parseCertificate,
  signatureAlgorithmIdentifier,
} from '@chancery/pki'
import { hasCapability } from '../../client/capabilities.ts'
import { describe } from '../answer.ts'
import { broken, met, note, type ProbeFinding } from '../finding.ts'
import type { Identity } from '../identity.ts'
import { delivered, forKey, request } from '../issued.ts'
import type { ProbeCheck } from '../probe-check.ts'
import type { Server } from '../server.ts'

/** With the certificate that the probe got: its own successor, and what it must not get with it. */
export const renewal: ProbeCheck = {
  name: 'renewal',
  title: 'Renewal',
  needs: 'challenge',
  async run(server) {
    const { issued } = server
    if (issued === undefined) return []
    return [await otherSubject(server, issued), await lookAlike(server, issued), await own(server, issued)]
  },
}

async function own(server: Server, issued: Identity): Promise<ProbeFinding> {
  const next = await server.newIdentity()
  const content = await request(next, undefined, issued.certificate.subject)
  const asked = await server.ask({ messageType: '17', content, signer: issued })
  const { answer, reply } = asked
  const seen = describe(answer, reply)
  const offered = hasCapability(server.capabilities, 'Renewal')
  if (reply?.pkiStatus === 'SUCCESS') {
    const certificate = await delivered(asked, issued).then(
      (found) => forKey(found, next),
      () => undefined,
    )
    if (certificate === undefined) return broken('S-2.3-03', 'The renewed certificate does not open with the old key.')
    return met(
      'S-3.5.2-08 S-2.3-10',
      `The certificate is renewed by RenewalReq${offered ? '' : ', though that is not offered'}.`,
    )
  }
  if (reply?.pkiStatus === 'PENDING') return note('S-4.3.1-01', 'A renewal waits for a person.')
  if (!offered) return met('S-3.5.2-08', `Renewal is neither offered nor done (${seen}).`)
  const text = reply?.failInfoText
  // A new certificate may be too young: only its server knows, and says so or does not.
  return text === undefined
    ? note(
        'S-3.5.2-08',
        `Renewal is offered; of a new certificate it is refused (${seen}), perhaps because it is too early.`,
      )
    : note('S-3.5.2-08', `Renewal is offered; of a new certificate it is refused: ${text}`)
}

async function otherSubject(server: Server, issued: Identity): Promise<ProbeFinding> {
  const next = await server.newIdentity()
  const content = await request(next, undefined, nameFromText('CN=somebody else'))
  const { answer, reply } = await server.ask({ messageType: '17', content, signer: issued })
  return reply?.pkiStatus === 'SUCCESS'
    ? broken('S-2.5-03', 'A renewal gets a certificate for another subject: any device can become any other.')
    : met('S-2.5-03', `A renewal for another subject is refused (${describe(answer, reply)}).`)
}

/** A self-signed certificate with issuer, serial number and subject of the one that was issued (S10). */
async function lookAlike(server: Server, issued: Identity): Promise<ProbeFinding> {
  const attacker = await server.newIdentity()
  const scheme = { key: 'rsa', padding: 'pkcs1', digest: 'sha256' } as const
  const signature = signatureAlgorithmIdentifier(scheme)
  const { serialNumber, issuer, subject, notBefore, notAfter } = issued.certificate
  const publicKey = attacker.key.publicKey.der
  const tbs = buildTbsCertificate({
    ...{ serialNumber, issuer, subject, notBefore, notAfter, signature, publicKey },
    extensions: [],
  })
  const forged = parseCertificate(assembleSigned(tbs, signature, await attacker.key.sign(tbs, scheme)))
  const content = await request(attacker, undefined, subject)
  const { answer, reply } = await server.ask({
    messageType: '17',
    content,
    signer: { privateKey: attacker.privateKey, certificate: forged },
  })
  return reply?.pkiStatus === 'SUCCESS'
    ? broken('S-2.3-12', 'A self-signed certificate that looks like the issued one renews it: anybody can.')
    : met(
        'S-2.3-12',
        `A self-signed certificate that looks like the issued one gets nothing (${describe(answer, reply)}).`,
      )
}
