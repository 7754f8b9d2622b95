import { describe, expect, test } from 'vitest'
import { tokenRefusal } from './token-refusal.ts'

const response = (status: number, body: unknown, headers: Record<string, string> = {}) => ({
  status,
  headers,
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
})

const body = (error: string, number: number) => ({
  error,
  error_description: `AADSTS${number}: Something with s3cret in it. Trace ID: x Correlation ID: y`,
  error_codes: [number],
  timestamp: '2026-03-01 10:00:00Z',
  trace_id: '0f2c0000-0000-4000-8000-000000000001',
  correlation_id: '9b1d0000-0000-4000-8000-000000000002',
})

describe('what Entra ID says instead of a token', () => {
  test.each([
    [7000215, 'invalid_client', /the client secret is wrong\. Enter the value of the secret; often its ID is entered/],
    [7000222, 'invalid_client', /the client secret has expired\. Make a new one/],
    [7000218, 'invalid_client', /no credential arrived/],
    [700016, 'unauthorized_client', /the application is not in this tenant/],
    [90002, 'invalid_request', /the tenant is not known/],
    [900023, 'invalid_request', /the tenant is neither an ID nor a domain/],
    [700027, 'invalid_client', /the certificate is not registered/],
    [700021, 'invalid_client', /not made out by this application/],
    [700023, 'invalid_client', /another token endpoint/],
    [70011, 'invalid_scope', /the scope is malformed/],
    [500011, 'invalid_resource', /the resource is not in this tenant/],
    [99999, 'interaction_required', /it refuses the application/],
  ])(
    'I-7.9-09 AADSTS%i is a sentence with the next step and the identifiers for support',
    (number, error, sentence) => {
      const refusal = tokenRefusal(response(401, body(error, number)))
      expect(refusal.message).toMatch(sentence)
      expect(refusal.message).toContain(`(${error}, AADSTS${number}).`)
      expect(refusal.message).toContain('Correlation ID: 9b1d0000-0000-4000-8000-000000000002.')
      expect(refusal).toMatchObject({
        code: 'ERR_INTUNE_SIGN_IN',
        oauth: error,
        aadsts: [number],
        correlationId: '9b1d0000-0000-4000-8000-000000000002',
        traceId: '0f2c0000-0000-4000-8000-000000000001',
      })
    },
  )

  test('I-7.9-14 nothing else of it is repeated', () => {
    const refusal = tokenRefusal(response(401, { ...body('s3cret!', 7000215), correlation_id: 's3cret s3cret' }))
    expect(`${refusal.message} ${refusal.stack} ${JSON.stringify(refusal)}`).not.toContain('s3cret')
  })

  test('the number is found in the description where the list is missing', () => {
    const { error_codes: _, ...others } = body('invalid_client', 7000222)
    expect(tokenRefusal(response(400, others)).aadsts).toEqual([7000222])
  })

  test('too many requests are no refusal, whatever the form of the answer', () => {
    expect(tokenRefusal(response(429, 'Too Many Requests', { 'retry-after': '30' }))).toMatchObject({
      code: 'ERR_INTUNE_BUSY',
      retryAfterSeconds: 30,
      aadsts: [],
    })
  })

  test.each([
    [503, '<html>s3cret</html>', 'ERR_INTUNE_UNREACHABLE'],
    [403, '<html>s3cret</html>', 'ERR_INTUNE_ANSWER'],
    [401, '<html>s3cret</html>', 'ERR_INTUNE_ANSWER'],
    [302, '', 'ERR_INTUNE_ANSWER'],
  ])('HTTP %i with something else is not of Entra ID', (status, text, code) => {
    const refusal = tokenRefusal(response(status, text))
    expect(refusal.code).toBe(code)
    expect(refusal.message).not.toContain('s3cret')
    expect(refusal.message).toContain('Check the authority URL and proxies.')
  })
})
