import { randomBytes, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { NOW } from '../testing/sample.ts'
import type { UserCertificate } from './certificates.ts'

const sample = (changes: Partial<UserCertificate> = {}): UserCertificate => ({
  userUuid: randomUUID(),
  digest: randomBytes(32),
  subject: 'CN=alice',
  notAfter: new Date(NOW.getTime() + 86_400_000),
  createdAt: NOW,
  ...changes,
})

onBothDatabases((database) => {
  test('a certificate is found by its digest and in the list of its user, until it is taken away', async () => {
    const { userCertificates } = (await database.shared()).store
    const one = sample()
    const second = sample({ userUuid: one.userUuid })
    expect([await userCertificates.add(one), await userCertificates.add(second)]).toEqual([true, true])
    expect(await userCertificates.find(one.digest)).toEqual(one)
    expect(await userCertificates.list(one.userUuid)).toEqual([one, second])
    expect(await userCertificates.remove({ userUuid: randomUUID(), digest: one.digest })).toBe(false)
    expect(await userCertificates.remove(one)).toBe(true)
    expect(await userCertificates.find(one.digest)).toBeUndefined()
    expect(await userCertificates.remove(one)).toBe(false)
  })

  test('a certificate signs in one user, whoever else wants it', async () => {
    const { userCertificates } = (await database.shared()).store
    const one = sample()
    const made = await Promise.all([userCertificates.add(one), userCertificates.add(sample({ digest: one.digest }))])
    expect(made.filter((added) => added)).toHaveLength(1)
  })
})
