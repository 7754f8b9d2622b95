import { hash } from 'node:crypto'
import { Asn1Error, type Certificate, PkiError, parseCertificate } from '@chancery/pki'
import type { User } from '@chancery/store'
import type { FastifyRequest } from 'fastify'
import { AdminRefusal } from '../../admin/admin-refusal.ts'
import { clientCertificateOf } from '../../http/client-certificate.ts'
import { type Caller, type CallerContext, callerOf } from '../caller.ts'
import { knownGrants } from '../grants.ts'
import { refuseCrossSite } from '../session/identify.ts'

/**
 * Who is signed in by the client certificate of a connection, asked anew at every request. One that is registered to nobody
 * is as if there was none: browsers show what they have to whoever asks for it.
 * @returns undefined where nobody is
 * @throws {AdminRefusal} 403 where it is somebody's, and does not count (any more)
 */
export async function identifyByCertificate(
  context: CallerContext,
  request: FastifyRequest,
  source: string,
  noticed: NoticedHeaders,
): Promise<Caller | undefined> {
  const shown = clientCertificateOf(request.raw, context.config.trustedProxies)
  if (shown === 'untrusted' || shown === 'unreadable') noticed(shown, source)
  if (typeof shown !== 'object') return undefined
  const { store, now } = context
  const digest = hash('sha256', shown.der, 'buffer')
  const registered = await store.userCertificates.find(digest)
  if (registered === undefined) return undefined
  const user = await store.users.find(registered.userUuid)
  if (user === undefined) return undefined
  // The browser shows it by itself, also to what a page of another site asks for.
  refuseCrossSite(request)
  const fault = userFault(user) ?? timeFault(shown.der, now()) ?? (await revocationFault(digest, context))
  if (fault !== undefined)
    throw new AdminRefusal(403, [`The client certificate of ${user.name} opens nothing: ${fault}`])
  const grants = knownGrants(user.grants)
  if (grants.length === 0) {
    throw new AdminRefusal(403, [`${user.name} has no role that this server knows, so nothing may be done here.`])
  }
  return callerOf('user', user.name, grants, source)
}

export type NoticedHeaders = (what: 'untrusted' | 'unreadable', peer: string) => void

/** Tells each once: whoever sends such headers sends them with every request. */
export function headerNotices({ log }: Pick<CallerContext, 'log'>): NoticedHeaders {
  const told = new Set<string>()
  return (what, peer) => {
    if (told.has(what)) return
    told.add(what)
    log.warn({ peer }, SENTENCES[what])
  }
}

const SENTENCES = {
  untrusted:
    'a header names a client certificate, and its sender is not in CHANCERY_TRUSTED_PROXIES: such headers are ignored',
  unreadable:
    'a trusted proxy sends a header with a client certificate that cannot be read: it should be Client-Cert (RFC 9440) or the PEM, url-encoded',
} as const

function userFault({ enabled, deletedAt }: User): string | undefined {
  return enabled && deletedAt === null ? undefined : 'an administrator has disabled or deleted this user.'
}

function timeFault(der: Buffer, now: Date): string | undefined {
  const certificate = read(der)
  if (certificate === undefined) return 'it cannot be read.'
  const { notBefore, notAfter } = certificate
  if (now < notBefore) return `it is not valid before ${notBefore.toISOString()}.`
  return now > notAfter ? `it expired at ${notAfter.toISOString()}. Register the one that took its place.` : undefined
}

/** Of one of ours we know whether it was revoked or is on hold; of others nobody is asked. */
async function revocationFault(digest: Buffer, { store }: CallerContext): Promise<string | undefined> {
  const [record] = await store.revocations.find({ digest })
  return record === undefined || record.state === 'issued' ? undefined : 'it was revoked.'
}

function read(der: Buffer): Certificate | undefined {
  try {
    return parseCertificate(der)
  } catch (error) {
    if (error instanceof Asn1Error || error instanceof PkiError) return undefined
    throw error
  }
}
