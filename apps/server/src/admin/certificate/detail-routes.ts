import {
  type FileAnswer,
  getCertificate,
  getCertificateChain,
  getCertificateFile,
  getCertificateHistory,
  getCertificatePkcs7,
} from '@chancery/api'
import { certsOnly, encodePem, nameToText, parseCertificate } from '@chancery/pki'
import type { FastifyInstance } from 'fastify'
import { reaches } from '../../auth/reach.ts'
import { type Served, serve } from '../serve.ts'
import { chainOf } from './chain.ts'
import { detailToWire } from './detail-to-wire.ts'
import { belongs, findCertificate } from './find.ts'
import { eventsOf, lineToWire } from './history.ts'

/** One certificate: what is known of it, what happened to it, and its octets. */
export function certificateDetailRoutes(scope: FastifyInstance, served: Served): void {
  const { store, snapshots } = served.context

  serve(scope, served, getCertificate, {
    async handle({ params, caller }) {
      const entry = await findCertificate(store, params.uuid, caller)
      return detailToWire(entry, (await snapshots.current()).configuration)
    },
  })

  serve(scope, served, getCertificateChain, {
    async handle({ params, caller }) {
      const chain = await chainOf(store, await findCertificate(store, params.uuid, caller))
      return { certificates: chain.map(linkToWire) }
    },
  })

  serve(scope, served, getCertificateHistory, {
    async handle({ params, caller }) {
      const entry = await findCertificate(store, params.uuid, caller)
      const { certificates } = store
      const [request, changes, line] = await Promise.all([
        certificates.request(entry),
        certificates.changes(entry),
        certificates.line(entry.uuid),
      ])
      // A line may lead through profiles that the caller does not see.
      const seen = line.filter((one) => reaches({ caller, permission: 'certificate.read' }, belongs(one)))
      return { events: eventsOf(entry, request, changes, seen), line: lineToWire(seen) }
    },
  })

  serve(scope, served, getCertificateFile, {
    async handle({ params, query, caller }) {
      const { der, serial } = await findCertificate(store, params.uuid, caller)
      return query.encoding === 'der'
        ? { mediaType: 'application/pkix-cert', fileName: `${serial}.cer`, content: der }
        : pemFile(`${serial}.pem`, 'CERTIFICATE', der)
    },
  })

  serve(scope, served, getCertificatePkcs7, {
    async handle({ params, query, caller }) {
      const entry = await findCertificate(store, params.uuid, caller)
      const bundle = certsOnly(await chainOf(store, entry))
      return query.encoding === 'der'
        ? { mediaType: 'application/pkcs7-mime', fileName: `${entry.serial}.p7b`, content: bundle }
        : pemFile(`${entry.serial}.p7b`, 'PKCS7', bundle)
    },
  })
}

function pemFile(fileName: string, label: string, der: Buffer): FileAnswer {
  return { mediaType: 'application/x-pem-file', fileName, content: encodePem(label, der) }
}

function linkToWire(der: Buffer) {
  const certificate = parseCertificate(der)
  return {
    subject: nameToText(certificate.subject),
    issuer: nameToText(certificate.issuer),
    notAfter: certificate.notAfter.toISOString(),
    fingerprint: certificate.digest().toString('hex'),
    pem: encodePem('CERTIFICATE', der),
  }
}
