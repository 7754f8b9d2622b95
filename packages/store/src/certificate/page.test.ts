import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../../tests/store.ts'
import { describeSample, indexAll, issueOne } from '../testing/certificates.ts'
import { NOW } from '../testing/sample.ts'

onBothDatabases((database) => {
  test('search', async () => {
    const { store, configuration } = await database.fresh()
    const a = await issueOne(store, configuration, {
      subject: 'CN=printer-0815.floor2.example.com,O=Acme',
      subjectAltNames: ['DNS:printer-0815.floor2.example.com'],
    })
    const b = await issueOne(store, configuration, { subject: 'CN=router,O=Acme', subjectAltNames: ['IP:10.1.2.3'] })
    const search = async (text: string) =>
      (await store.certificates.page({ search: text }, { limit: 10 }, describeSample, NOW)).certificates.map(
        ({ uuid }) => uuid,
      )
    for (const round of ['recent', 'indexed']) {
      expect(await search('print'), round).toEqual([a])
      expect(await search('acme'), round).toEqual([b, a])
      expect(await search('acme 10.1.2'), round).toEqual([b])
      expect(await search('example.com'), round).toEqual([a])
      await indexAll(store)
    }
  })
})
