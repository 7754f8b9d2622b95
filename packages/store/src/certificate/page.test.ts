import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import type { CertificateCriteria, Store } from '../index.ts'
import { slot, statement } from '../statement.ts'
import { describeSample, indexAll, issueOne } from '../testing/certificates.ts'
import { manyCertificates } from '../testing/many-certificates.ts'
import { NOW } from '../testing/sample.ts'

const DAY = 86_400_000
const inDays = (days: number) => new Date(NOW.getTime() + days * DAY)

const found = async (store: Store, criteria: CertificateCriteria) => {
  const own = ({ purpose }: { purpose: string }) => purpose === 'device'
  const { certificates, next } = await store.certificates.page(criteria, { limit: 50 }, describeSample, NOW)
  expect(next).toBeUndefined()
  return certificates.filter(own).map(({ uuid }) => uuid)
}

onBothDatabases((database) => {
  test('every filter means the same of what is indexed and of what is not yet', async () => {
    const { store, configuration, options } = await database.fresh()
    const printer = await issueOne(store, configuration, {
      subject: 'CN=printer-0815.floor2.example.com,O=Acme',
      subjectAltNames: ['DNS:printer-0815.floor2.example.com'],
      transactionId: 'Tx/8F+aa==',
      notAfter: inDays(-1),
      serialNumber: Buffer.from('a1b2c3d4e5f6', 'hex'),
    })
    const router = await issueOne(store, configuration, {
      subject: 'CN=router,O=Acme',
      subjectAltNames: ['IP:10.1.2.3'],
      endpoint: 'raProfile/default',
      notAfter: inDays(40),
      predecessor: printer,
    })
    const typed = await issueOne(store, configuration, {
      subject: 'CN=printer,O=Other',
      endpoint: 'api/default',
      notAfter: inDays(400),
    })
    const [heldOne, revokedOne] = [router, typed]
    const driver = await database.driver(options)
    for (const [uuid, reason] of [
      [heldOne, 6],
      [revokedOne, 1],
    ] as const) {
      await driver.commit({ writes: [{ statement: revokeRow, values: { uuid, reason }, otherwise: 'state' }] })
    }
    await driver.commit({ writes: [{ statement: deleteRaProfiles, values: {}, expect: 'any', otherwise: 'state' }] })
    const fingerprint = createHash('sha256')
      .update((await store.certificates.get(router))?.der ?? '')
      .digest('hex')
    const all = [typed, router, printer]
    const EXPECTED: readonly (readonly [CertificateCriteria, readonly string[]])[] = [
      [{}, all],
      [{ search: 'PRINT' }, [typed, printer]],
      [{ search: 'acme 10.1.2' }, [router]],
      [{ search: 'example.com' }, [printer]],
      [{ search: 'tx/8f+aa' }, [printer]],
      [{ search: 'a1b2c3d4' }, [printer]],
      [{ search: `acme ${fingerprint.slice(0, 12)}` }, [router]],
      [{ search: '%' }, []],
      [{ subject: 'acme' }, [router, printer]],
      [{ subject: '10.1.2.3' }, []],
      [{ raProfile: 'default' }, all],
      [{ raProfile: 'none' }, []],
      [{ scepProfile: 'default' }, all],
      [{ authority: 'default' }, all],
      [{ authority: 'other' }, []],
      [{ state: 'issued' }, [printer]],
      [{ state: 'held' }, [router]],
      [{ state: 'revoked' }, [typed]],
      [{ state: 'expired' }, [printer]],
      [{ state: 'valid' }, []],
      [{ expiresBefore: inDays(41) }, [router, printer]],
      [{ expiresBefore: inDays(40) }, [printer]],
      [{ expiresAfter: inDays(39), expiresBefore: inDays(41) }, [router]],
      [{ expiresAfter: inDays(400) }, []],
      [{ key: 'rsa-2048' }, all],
      [{ key: 'rsa' }, all],
      [{ key: 'ec' }, []],
      [{ protocol: 'api' }, [typed]],
      [{ protocol: 'scep' }, [router, printer]],
      [{ purpose: 'device' }, all],
      [{ purpose: 'ocsp' }, []],
      [{ serial: 'A1:B2:C3:D4:E5:F6' }, [printer]],
      [{ serial: 'a1b2c3d4' }, [printer]],
      [{ serial: 'a1b2' }, []],
      [{ fingerprint: fingerprint.slice(0, 9) }, [router]],
      [{ fingerprint, state: 'revoked' }, []],
      [{ scope: { raProfiles: ['default'], scepProfiles: [] } }, all],
      [{ scope: { raProfiles: [], scepProfiles: ['none'] } }, []],
      [{ scope: { raProfiles: [], scepProfiles: [] } }, []],
      [{ search: 'acme', protocol: 'scep', key: 'rsa', expiresAfter: NOW }, [router]],
    ]
    for (const when of ['not indexed', 'indexed']) {
      for (const [criteria, expected] of EXPECTED) {
        expect([when, criteria, await found(store, criteria)]).toEqual([when, criteria, expected])
      }
      const line = await store.certificates.line(router)
      expect(line.map(({ uuid }) => uuid)).toEqual([printer, router])
      expect(await store.certificates.changes(line[1] as (typeof line)[number])).toMatchObject([{ kind: 'held' }])
      await indexAll(store)
    }
    expect(await store.certificates.isDue()).toBe(false)
  })

  test('what is issued while somebody leafs through comes twice to nobody, and nothing is left out', async () => {
    const { store, configuration } = await database.fresh()
    const issued: string[] = []
    const issue = async () => issued.push(await issueOne(store, configuration))
    for (let i = 0; i < 12; i++) await issue()
    const before = [...issued]
    const seen: string[] = []
    let next: number | undefined
    do {
      const page = await store.certificates.page(
        { search: 'printer1' },
        { before: next, limit: 5 },
        describeSample,
        NOW,
      )
      seen.push(...page.certificates.map(({ uuid }) => uuid))
      next = page.next
      await issue()
      await store.certificates.index(describeSample)
    } while (next !== undefined)
    expect(seen).toEqual(before.toReversed())
  })

  test('a job that ends between two commits goes on where it ended, and one without its lease writes nothing', async () => {
    const { store, options } = await database.fresh()
    await manyCertificates(await database.driver(options), 250)
    const others = await store.leases.acquire('indexCertificates', 'other', 30)
    if (others === undefined) throw new Error('no lease')
    const stale = { ...others, token: others.token - 1 }
    // The first look on PostgreSQL only notes what there is.
    for (const _ of [1, 2]) expect(await store.certificates.index(describeSample, stale)).toBe(0)
    let first = 0
    while (first === 0) first = await store.certificates.index(describeSample, others)
    expect(first).toBeLessThan(250)
    const again = await database.reopen(options)
    const count = async () =>
      (await again.certificates.page({ search: 'local' }, { limit: 300 }, describeSample, NOW)).certificates.length
    expect(await count()).toBe(250)
    await indexAll(again)
    expect(await count()).toBe(250)
    const driver = await database.driver(options)
    const [terms] = await driver.report((db) =>
      db
        .selectFrom('certificate_term')
        .select((eb) => eb.fn.countAll<number>().as('number'))
        .where('term', '=', 'local'),
    )
    expect(Number(terms?.number)).toBe(250)
  })
})

const revokeRow = statement((db) =>
  db
    .updateTable('certificate')
    .set({ state: 'revoked', revoked_at: NOW.getTime() * 1000, revocation_reason: slot<number>('reason') })
    .where('uuid', '=', slot<string>('uuid')),
)

const deleteRaProfiles = statement((db) => db.updateTable('ra_profile').set({ deleted_at: 1 }).where('id', '>', 0))
