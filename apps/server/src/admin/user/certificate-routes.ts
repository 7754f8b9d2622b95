import {
  addUserCertificate,
  listUserCertificates,
  removeUserCertificate,
  type UserCertificate as UserCertificateWire,
} from '@chancery/api'
import { nameToText } from '@chancery/pki'
import type { User, UserCertificate } from '@chancery/store'
import type { FastifyInstance } from 'fastify'
import { adminEvent } from '../../audit/admin-event.ts'
import { AdminRefusal } from '../admin-refusal.ts'
import { readPastedCertificate } from '../pasted.ts'
import { type Served, serve } from '../serve.ts'
import { objectOf, requireOver } from './change.ts'

/** @param find the user of an address that is not deleted; it throws 404, 409 */
export function userCertificateRoutes(
  scope: FastifyInstance,
  served: Served,
  find: (uuid: string) => Promise<User>,
): void {
  const { store, now, log } = served.context

  serve(scope, served, listUserCertificates, {
    async handle({ params }) {
      const { uuid } = await find(params.uuid)
      return { certificates: (await store.userCertificates.list(uuid)).map(toWire) }
    },
  })

  serve(scope, served, addUserCertificate, {
    async handle({ params, body, caller }) {
      const user = await find(params.uuid)
      requireOver(caller, user)
      if (user.identity !== null) {
        throw new AdminRefusal(409, [
          `${user.name} is signed in by an identity provider, which says at each sign-in what ${user.name} may do: a certificate says nothing.`,
        ])
      }
      const certificate = readPastedCertificate(body.certificate)
      if (certificate === undefined) throw new AdminRefusal(422, ['certificate is not a certificate.'])
      const { notAfter } = certificate
      if (now() > notAfter) throw new AdminRefusal(422, [`certificate expired at ${notAfter.toISOString()}.`])
      const record: UserCertificate = {
        userUuid: user.uuid,
        digest: certificate.digest(),
        subject: nameToText(certificate.subject),
        notAfter,
        createdAt: now(),
      }
      const present = await store.userCertificates.find(record.digest)
      if (present?.userUuid === user.uuid) return toWire(present)
      const event = eventOf(record, 'certificateAdded')
      if (!(await store.userCertificates.add(record, [adminEvent(caller, now(), event(user))]))) {
        throw new AdminRefusal(409, ['This certificate signs another user in. Remove it there first.'])
      }
      log.info({ user: user.name, fingerprint: hex(record), caller: caller.name }, 'client certificate registered')
      return toWire(record)
    },
    location: ({ params }) => `/v1/users/${params.uuid}/certificates`,
  })

  serve(scope, served, removeUserCertificate, {
    async handle({ params, caller }) {
      const user = await find(params.uuid)
      requireOver(caller, user)
      const record = { userUuid: user.uuid, digest: Buffer.from(params.fingerprint.replaceAll(':', ''), 'hex') }
      const event = eventOf(record, 'certificateRemoved')
      if (!(await store.userCertificates.remove(record, [adminEvent(caller, now(), event(user))]))) {
        throw new AdminRefusal(404, ['This user has no client certificate with this fingerprint.'])
      }
      log.info({ user: user.name, fingerprint: hex(record), caller: caller.name }, 'client certificate removed')
      return null
    },
  })
}

function eventOf(record: Pick<UserCertificate, 'digest'>, what: 'certificateAdded' | 'certificateRemoved') {
  return (user: User) =>
    ({ action: 'user.update', object: objectOf(user), detail: { changed: [what], fingerprint: hex(record) } }) as const
}

function hex({ digest }: Pick<UserCertificate, 'digest'>): string {
  return digest.toString('hex')
}

function toWire(record: UserCertificate): UserCertificateWire {
  const { subject, notAfter, createdAt } = record
  return { fingerprint: hex(record), subject, notAfter: notAfter.toISOString(), createdAt: createdAt.toISOString() }
}
