import type { IntuneCloud } from '@chancery/ra'
import { describe, expect, test } from 'vitest'
import { resolveEndpoints } from './endpoints.ts'

const of = (cloud: IntuneCloud) => ({ cloud, endpoints: null })
const CUSTOM = {
  authorityUrl: 'https://login.example/base',
  graphUrl: 'https://graph.example/',
  resourceUrl: 'https://api.example',
}

describe('where Microsoft is', () => {
  test.each([
    ['public', 'login.microsoftonline.com', 'graph.microsoft.com', 'api.manage.microsoft.com'],
    ['us-government', 'login.microsoftonline.us', 'graph.microsoft.us', 'api.manage.microsoft.us'],
    ['us-government-dod', 'login.microsoftonline.us', 'dod-graph.microsoft.us', 'api.manage.microsoft.us'],
  ] as const)('in the cloud %s', (cloud, authority, graph, resource) => {
    expect(resolveEndpoints(of(cloud))).toEqual({
      authorityUrl: `https://${authority}/`,
      graphUrl: `https://${graph}/`,
      resourceUrl: `https://${resource}/`,
    })
  })

  test('in China, once the resource is configured', () => {
    expect(() => resolveEndpoints(of('china'))).toThrow('The Intune resource URL of the cloud "china" is not known')
    expect(resolveEndpoints(of('china'), { resourceUrl: 'https://api.example/' })).toEqual({
      authorityUrl: 'https://login.partner.microsoftonline.cn/',
      graphUrl: 'https://microsoftgraph.chinacloudapi.cn/',
      resourceUrl: 'https://api.example/',
    })
  })

  test('in a cloud of its own: the resource is a name and stays as it is', () => {
    expect(resolveEndpoints({ cloud: 'custom', endpoints: CUSTOM })).toEqual({
      ...CUSTOM,
      authorityUrl: 'https://login.example/base/',
    })
    expect(() => resolveEndpoints(of('custom'))).toThrow(/authority/)
  })

  test('overrides come first', () => {
    const graphUrl = 'http://127.0.0.1:8080'
    expect(resolveEndpoints({ cloud: 'custom', endpoints: CUSTOM }, { graphUrl }).graphUrl).toBe(`${graphUrl}/`)
  })
})

test.each([
  ['http://localhost:1/'],
  ['http://127.0.0.1:1/'],
  ['http://127.9.9.9/'],
  ['http://[::1]:1/'],
  ['https://a/'],
])('%s may be spoken to', (graphUrl) => {
  expect(resolveEndpoints(of('public'), { graphUrl }).graphUrl).toBe(graphUrl)
})

test.each([
  ['http://graph.example/', 'must be https'],
  ['http://127.0.0.1.example/', 'must be https'],
  ['http://localhost.example/', 'must be https'],
  ['http://10.0.0.1/', 'must be https'],
  ['ftp://localhost/', 'must be https'],
  ['https://user:passw0rd@graph.example/', 'no URL that can be used'],
  ['https://graph.example/?a=b', 'no URL that can be used'],
  ['https://graph.example/#a', 'no URL that can be used'],
  ['graph.example', 'no URL that can be used'],
])('I-8-27 %s may not, and no password of it is repeated', (graphUrl, why) => {
  const resolve = () => resolveEndpoints(of('public'), { graphUrl })
  expect(resolve).toThrow(why)
  expect(resolve).not.toThrow(/passw0rd/)
})
