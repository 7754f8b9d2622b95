import { expect, test } from 'vitest'

const DEFAULT = { name: 'default', settings: {} }

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
