import { COMPLETE, type CrlPlace } from '@chancery/store'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ServedIssuer, ServerContext } from '../context.ts'
import { sendLine } from '../http/line.ts'
import { crlSource, entityTagOf } from './crl-source.ts'
import { isKnown } from './entity-tag.ts'

interface Published {
  readonly type: string
  readonly body: Buffer
  readonly entityTag: string
  readonly maxAgeSeconds: number
  readonly lastModified?: Date
}

const GENERATION = /^[1-9]\d{0,8}$/
const FILE = /^([1-9]\d{0,8})\.(delta\.crl|crl|crt)$/
const SHARD = /^([1-9]\d{0,3})\.crl$/
const DELTA: CrlPlace = { shard: 0, kind: 'delta' }
/** An issuer's certificate never changes; a day lets a mistake be mended. */
const CERTIFICATE_MAX_AGE_SECONDS = 86_400
const CRL_MAX_AGE_SECONDS = 3600

/** CRLs and CA certificates where certificates say they are (RFC 5280 §4.2.1.13, §4.2.1.15, §4.2.2.1). */
export function registerPki(app: FastifyInstance, { snapshots, store, now }: ServerContext): void {
  const newestCrl = crlSource(store.crls, now)

  async function crlAt({ id }: ServedIssuer, place: CrlPlace): Promise<Published | undefined> {
    const crl = await newestCrl(id, place)
    if (crl === undefined) return undefined
    const left = Math.max(0, Math.floor((crl.nextUpdate.getTime() - now().getTime()) / 1000))
    return {
      type: 'application/pkix-crl',
      body: crl.der,
      entityTag: crl.entityTag,
      maxAgeSeconds: Math.min(left, CRL_MAX_AGE_SECONDS),
      lastModified: crl.thisUpdate,
    }
  }

  async function answer(
    request: FastifyRequest,
    reply: FastifyReply,
    generation: string | undefined,
    find: (issuer: ServedIssuer) => Promise<Published | undefined> | Published | undefined,
  ): Promise<FastifyReply> {
    const { authority } = request.params as { authority: string }
    const snapshot = await snapshots.current()
    const issuer = generation === undefined ? undefined : snapshot.issuer(authority, Number(generation))
    const published = issuer === undefined ? undefined : await find(issuer)
    if (published === undefined) return sendLine(reply, 404, 'There is no such CRL or CA certificate.')
    return send(request, reply, published)
  }

  app.get('/pki/:authority/:file', { exposeHeadRoute: true }, (request, reply) => {
    const [, generation, kind] = FILE.exec((request.params as { file: string }).file) ?? []
    if (kind === 'crt') return answer(request, reply, generation, certificateOf)
    return answer(request, reply, generation, (issuer) => crlAt(issuer, kind === 'crl' ? COMPLETE : DELTA))
  })

  app.get('/pki/:authority/:generation/:file', { exposeHeadRoute: true }, (request, reply) => {
    const { generation, file } = request.params as { generation: string; file: string }
    const [, shard] = SHARD.exec(file) ?? []
    const isNumber = GENERATION.test(generation) && shard !== undefined
    return answer(request, reply, isNumber ? generation : undefined, (issuer) =>
      crlAt(issuer, { shard: Number(shard), kind: 'full' }),
    )
  })
}

function certificateOf({ certificate }: ServedIssuer): Published {
  return {
    type: 'application/pkix-cert',
    body: certificate,
    entityTag: entityTagOf(certificate),
    maxAgeSeconds: CERTIFICATE_MAX_AGE_SECONDS,
  }
}

function send(request: FastifyRequest, reply: FastifyReply, published: Published): FastifyReply {
  const { type, body, entityTag, maxAgeSeconds, lastModified } = published
  reply.header('etag', entityTag).header('cache-control', `public, max-age=${maxAgeSeconds}`)
  if (lastModified !== undefined) reply.header('last-modified', lastModified.toUTCString())
  if (isKnown(request, entityTag)) return reply.code(304).send()
  return reply.header('content-type', type).send(body)
}
