import { expect, test } from 'vitest'

const DEFAULT = { name: 'default', settings: {} }

import { crlShards, crlUrls } from './crl-urls.ts'
import { publishedUrls } from './published-urls.ts'

test('without a public URL nothing is said', () => {
  expect(publishedUrls(undefined, DEFAULT, 1)).toEqual({})
})

test.each([
  ['http://scep.example', 'http://scep.example'],
  ['http://scep.example:8080', 'http://scep.example:8080'],
  ['https://scep.example', 'http://scep.example'],
  ['https://scep.example:8443/gate', 'http://scep.example/gate'],
])('the URLs in certificates are plain HTTP: %s', (publicUrl, base) => {
  expect(publishedUrls(publicUrl, DEFAULT, 2)).toEqual({
    crlUrl: `${base}/pki/default/2.crl`,
    caIssuersUrl: `${base}/pki/default/2.crt`,
    ocspUrl: `${base}/ocsp/default`,
  })
})

test('OCSP is told, where it is elsewhere, and is not told where that is switched off', () => {
  const of = (ocspUrl: string) => publishedUrls('http://scep.example', { ...DEFAULT, settings: { ocspUrl } }, 2).ocspUrl
  expect(of('http://ocsp.example/{generation}')).toBe('http://ocsp.example/2')
  expect(of('off')).toBeUndefined()
  expect(publishedUrls(undefined, { ...DEFAULT, settings: { ocspUrl: 'http://o.example' } }, 1)).toEqual({
    ocspUrl: 'http://o.example',
  })
})

test('certificates say where the delta is only where both are wanted, and shards only where a URL can be told', () => {
  const authority = (settings: object) => ({ name: 'default', settings: { ...settings } })
  const delta = 'http://ca.test/pki/default/2.delta.crl'
  const freshest = (settings: object) => publishedUrls('http://ca.test', authority(settings), 2).freshestCrlUrl
  expect(freshest({ deltaCrls: true, deltaCrlInCertificates: true })).toBe(delta)
  expect(freshest({ deltaCrls: true })).toBeUndefined()
  expect(freshest({ deltaCrlInCertificates: true })).toBeUndefined()
  expect(crlUrls('http://ca.test', authority({ deltaCrls: true, deltaCrlUrl: 'off' }), 2).delta).toBeUndefined()
  const shards = (settings: object, publicUrl?: string) => crlShards(publicUrl, authority(settings), 2)
  expect(shards({ crlShards: 3 }, 'http://ca.test')?.url(3)).toBe('http://ca.test/pki/default/2/3.crl')
  expect(shards({ crlShards: 3 })).toBeUndefined()
  expect(shards({ crlShards: 3, crlUrl: 'off' }, 'http://ca.test')).toBeUndefined()
  const elsewhere = { crlShards: 3, crlShardUrl: 'http://cdn.test/{generation}/{shard}' }
  expect(shards(elsewhere)).toMatchObject({ count: 3 })
  expect(shards(elsewhere)?.url(1)).toBe('http://cdn.test/2/1')
})
