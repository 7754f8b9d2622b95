import type { RevocationResult } from '@chancery/ra'
import { describe, expect, test } from 'vitest'
import { intuneRevocations } from './revocations.ts'
import { jsonOf, PKI_URI, scriptedMicrosoft, settings } from './scripted-microsoft.ts'

function setUp(revocationFilter: 'none' | 'issuer' = 'none', issuerNames = ['CN=CA 1', 'CN=CA 2']) {
  const microsoft = scriptedMicrosoft()
  const { connections } = microsoft
  const source = intuneRevocations({ ...settings({ revocationFilter }), connections, issuerNames })
  return { ...microsoft, source }
}

const wish = (number: number, others: object = {}) => ({
  requestContext: `context-${number}`,
  serialNumber: `0${number}`,
  issuerName: 'CN=CA 1',
  caConfiguration: 'CN=CA 1',
  ...others,
})
const read = (number: number, others: object = {}) => ({
  context: `context-${number}`,
  serialNumber: `0${number}`,
  issuerName: 'CN=CA 1',
  caConfiguration: 'CN=CA 1',
  ...others,
})

describe('revocations are collected', () => {
  test('I-7.9-12 all of them, by the version of the service', async () => {
    const { source, script, at, connections } = setUp()
    script('download', { body: { value: [wish(1), wish(2, { issuerName: null, caConfiguration: '' })] } })
    expect(source.voucher).toBe(connections.to(settings()).identity.voucher)
    expect(await source.collect()).toEqual({
      wishes: [read(1), read(2, { issuerName: null, caConfiguration: null })],
      full: false,
    })
    const [call] = at('download')
    expect(call).toMatchObject({
      url: `${PKI_URI}/CertificateAuthorityRequests/downloadRevocationRequests`,
      headers: { 'api-version': '5019-05-05' },
    })
    expect(call && jsonOf(call)).toEqual({ downloadParameters: { maxRequests: 100, issuerName: null } })
  })

  test('of one issuer after the other, where the tenant is shared', async () => {
    const { source, script, at } = setUp('issuer')
    script('download', { body: { value: [wish(1)] } }, { body: { value: [wish(2)] } })
    expect(await source.collect()).toEqual({ wishes: [read(1), read(2)], full: false })
    expect(at('download').map(jsonOf)).toEqual([
      { downloadParameters: { maxRequests: 100, issuerName: 'CN=CA 1' } },
      { downloadParameters: { maxRequests: 100, issuerName: 'CN=CA 2' } },
    ])
  })

  test('a hundred are a full batch', async () => {
    const { source, script } = setUp()
    script('download', { body: { value: Array.from({ length: 100 }, (_, number) => wish(number)) } })
    expect(await source.collect()).toMatchObject({ full: true })
  })

  test('one without a context is passed over; one without a serial number is kept, for it can be answered', async () => {
    const { source, script } = setUp()
    const odd = [null, 'x', {}, wish(1, { requestContext: 7 }), wish(2, { requestContext: '' })]
    script('download', { body: { value: [...odd, wish(3, { serialNumber: 12, issuerName: 4 })] } })
    expect(await source.collect()).toEqual({ wishes: [read(3, { serialNumber: '', issuerName: null })], full: false })
  })

  test.each([[{}], [{ value: null }], [{ value: {} }], ['<html>']])('%j is no list', async (body) => {
    const { source, script } = setUp()
    script('download', { body })
    await expect(source.collect()).rejects.toMatchObject({ code: 'ERR_INTUNE_ANSWER' })
  })

  test('once more after a fault that passes', async () => {
    const { source, script, at } = setUp()
    script('download', { status: 503 }, { status: 503 })
    await expect(source.collect()).rejects.toThrow(/too busy/)
    expect(at('download')).toHaveLength(2)
  })
})

describe('results are reported', () => {
  const RESULTS: readonly RevocationResult[] = [
    { context: 'a', code: 0, message: 'ignored' },
    { context: 'b', code: 4004, message: 'Serial not issued by this CA' },
    { context: 'c', code: 4101, message: 'x'.repeat(300) },
  ]

  test('I-8-20 as numbers in texts; what has succeeded has neither an error nor a message', async () => {
    const { source, at } = setUp()
    await source.report(RESULTS)
    const [call] = at('upload')
    expect(call?.url).toBe(`${PKI_URI}/CertificateAuthorityRequests/uploadRevocationResults`)
    expect(call && jsonOf(call)).toEqual({
      results: [
        { requestContext: 'a', succeeded: true, errorCode: '0', errorMessage: '' },
        { requestContext: 'b', succeeded: false, errorCode: '4004', errorMessage: 'Serial not issued by this CA' },
        { requestContext: 'c', succeeded: false, errorCode: '4101', errorMessage: 'x'.repeat(255) },
      ],
    })
  })

  test.each([[true], ['true'], ['True'], ['TRUE']])('I-8-21 and recorded when the answer is %j', async (value) => {
    const { source, script } = setUp()
    script('upload', { body: { value } })
    await expect(source.report(RESULTS)).resolves.toBeUndefined()
  })

  test.each([[{ value: false }], [{ value: null }], [{ value: 'yes' }], [{ value: 1 }], [{}], ['']])(
    'I-7.9-12 and not recorded when it is %j',
    async (body) => {
      const { source, script } = setUp()
      script('upload', { body })
      await expect(source.report(RESULTS)).rejects.toMatchObject({ code: 'ERR_INTUNE_ANSWER' })
    },
  )

  test('three times more after faults that pass', async () => {
    const { source, script, at, pauses } = setUp()
    script('upload', ...Array.from({ length: 4 }, () => ({ status: 500 })))
    await expect(source.report(RESULTS)).rejects.toThrow(/HTTP 500/)
    expect(at('upload')).toHaveLength(4)
    expect(pauses).toEqual([500, 1000, 2000])
  })

  test('of nothing nobody is told', async () => {
    const { source, sent } = setUp()
    await source.report([])
    expect(sent).toEqual([])
  })
})

test('settings that cannot be used are said at once', () => {
  const { connections } = scriptedMicrosoft()
  const options = { ...settings({ cloud: 'china' }), connections, issuerNames: [] }
  expect(() => intuneRevocations(options)).toThrow(/Intune resource URL/)
})
