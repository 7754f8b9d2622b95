import { createHash } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ServedIssuer, ServerContext } from '../context.ts'
import { sendLine } from '../http/line.ts'
import { crlSource } from './crl-source.ts'
import { isKnown } from './entity-tag.ts'

interface Published {
  readonly type: string
  readonly body: Buffer
  readonly maxAgeSeconds: number
  readonly lastModified?: Date
}

type Find = (issuer: ServedIssuer) => Promise<Published | undefined> | Published | undefined

const FILE = /^([1-9]\d{0,8})\.(crl|crt)$/
/** An issuer's certificate never changes; a day lets a mistake be mended. */
const CERTIFICATE_MAX_AGE_SECONDS = 86_400
const CRL_MAX_AGE_SECONDS = 3600

/** CRL and CA certificate where certificates say they are (RFC 5280 §4.2.1.13, §4.2.2.1). */
export function registerPki(app: FastifyInstance, { snapshots, store, now }: ServerContext): void {
  const newestCrl = crlSource(store.crls, now)
  const files: Readonly<Record<string, Find>> = {
    crt: ({ certificate }) => ({
      type: 'application/pkix-cert',
      body: certificate,
      maxAgeSeconds: CERTIFICATE_MAX_AGE_SECONDS,
    }),
    crl: async ({ id }) => {
      const crl = await newestCrl(id)
      if (crl === undefined) return undefined
      const left = Math.max(0, Math.floor((crl.nextUpdate.getTime() - now().getTime()) / 1000))
      return {
        type: 'application/pkix-crl',
        body: crl.der,
        maxAgeSeconds: Math.min(left, CRL_MAX_AGE_SECONDS),
        lastModified: crl.thisUpdate,
      }
    },
  }

  app.get('/pki/:authority/:file', { exposeHeadRoute: true }, async (request, reply) => {
    const { authority, file } = request.params as { authority: string; file: string }
    const [, generation, kind = ''] = FILE.exec(file) ?? []
    const snapshot = await snapshots.current()
    const issuer = generation === undefined ? undefined : snapshot.issuer(authority, Number(generation))
    const published = issuer === undefined ? undefined : await files[kind]?.(issuer)
    if (published === undefined) return sendLine(reply, 404, 'There is no such CRL or CA certificate.')
    return send(request, reply, published)
  })
}

function send(request: FastifyRequest, reply: FastifyReply, published: Published): FastifyReply {
  const { type, body, maxAgeSeconds, lastModified } = published
  const tag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`
  reply.header('etag', tag).header('cache-control', `public, max-age=${maxAgeSeconds}`)
  if (lastModified !== undefined) reply.header('last-modified', lastModified.toUTCString())
  if (isKnown(request, tag)) return reply.code(304).send()
  return reply.header('content-type', type).send(body)
}
