import { expect, test } from 'vitest'

const DEFAULT = { name: 'default', settings: {} }

import { publishedUrls } from './published-urls.ts'

test('without a public URL nothing is said', () => {
  expect(publishedUrls(undefined, DEFAULT, 1)).toEqual({})
})

test.each([
  ['http://scep.example', 'http://scep.example/pki/default/1'],
  ['http://scep.example:8080', 'http://scep.example:8080/pki/default/1'],
  ['https://scep.example', 'http://scep.example/pki/default/1'],
  ['https://scep.example:8443/gate', 'http://scep.example/gate/pki/default/1'],
])('the URLs in certificates are plain HTTP: %s', (publicUrl, base) => {
  expect(publishedUrls(publicUrl, DEFAULT, 1)).toEqual({ crlUrl: `${base}.crl`, caIssuersUrl: `${base}.crt` })
})
