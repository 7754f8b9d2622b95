import { randomBytes } from 'node:crypto'
import { type Certificate, der, parseCrl, parseSignedData, verifyCrl } from '@chancery/pki'
import { openReplyContent } from '../../client/open-envelope.ts'
import { issuingAuthority } from '../../client/select-certificate.ts'
import { describe } from '../answer.ts'
import { broken, met, note, type ProbeFinding } from '../finding.ts'
import type { ProbeCheck } from '../probe-check.ts'
import type { Asked, Server } from '../server.ts'

/** GetCert and GetCRL for a certificate that was never issued: what a server knows of its own. */
export const questions: ProbeCheck = {
  name: 'questions',
  title: 'GetCert and GetCRL',
  needs: 'recipient',
  async run(server) {
    const authority = authorityOf(server)
    const unknownSerial = randomBytes(16)
    unknownSerial[0] = 0x40
    const content = der.sequence(authority.subject.der, der.integer(unknownSerial))
    const foreign = der.sequence((await server.identity()).subject.der, der.integer(1))
    return [
      certificate(await server.ask({ messageType: '21', content }), 'a certificate that was never issued'),
      certificate(await server.ask({ messageType: '21', content: foreign }), 'a certificate of somebody else'),
      await crl(server, await server.ask({ messageType: '22', content }), authority),
    ]
  },
}

export function authorityOf(server: Server): Certificate {
  const { recipient, certificates } = server
  if (recipient === undefined) throw new TypeError('there is nobody to ask')
  return issuingAuthority(recipient, certificates)
}

function certificate({ answer, reply }: Asked, what: string): ProbeFinding {
  const seen = describe(answer, reply)
  if (reply?.pkiStatus === 'SUCCESS') return broken('S-4.5-03', `GetCert for ${what} is answered with SUCCESS.`)
  if (reply?.pkiStatus === 'PENDING') return broken('S-4.5-01', `GetCert for ${what} is left pending.`)
  if (reply === undefined) return broken('S-3.3.4-03', `GetCert is answered with ${seen} instead of a signed FAILURE.`)
  if (reply.failInfo === 'badCertId') return met('S-4.5-03', `GetCert for ${what} is badCertId.`)
  return note('S-3.3.4-03', `GetCert is answered with ${seen}: it seems to be off.`)
}

async function crl(server: Server, { answer, reply }: Asked, authority: Certificate): Promise<ProbeFinding> {
  const seen = describe(answer, reply)
  if (reply?.pkiStatus === 'PENDING') return broken('S-4.5-01', 'GetCRL is left pending.')
  if (reply === undefined) return broken('S-3.3.4-03', `GetCRL is answered with ${seen} instead of a signed FAILURE.`)
  if (reply.pkiStatus !== 'SUCCESS') return note('S-4.6-01', `GetCRL is answered with ${seen}: it seems to be off.`)
  try {
    const { decryption } = await server.identity()
    const opened = await openReplyContent(reply.message.signedData.eContent, { decryption }, CIPHERS)
    const { crls, certificates } = parseSignedData(opened)
    const [list] = crls
    if (list === undefined) return broken('S-4.6-01', 'GetCRL is answered with SUCCESS and no CRL.')
    const parsed = parseCrl(list.bytes)
    if (!verifyCrl(parsed, authority.publicKey)) return broken('S-4.6-01', 'The CRL is not signed by the CA.')
    if (certificates.length > 0) return broken('S-4.6-01', 'There are certificates beside the CRL.')
    const expired = parsed.nextUpdate !== undefined && parsed.nextUpdate < server.options.now()
    return expired ? broken('S-4.6-01', 'The CRL is out of date.') : met('S-4.6-01', 'GetCRL delivers a CRL of the CA.')
  } catch (error) {
    return broken('S-4.6-01', `The reply to GetCRL cannot be read: ${error instanceof Error ? error.message : ''}.`)
  }
}

const CIPHERS = ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc', 'des-ede3-cbc', 'des-cbc'] as const
