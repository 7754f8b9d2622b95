import { describe, expect, test } from 'vitest'
import { setUpVouching } from '../testing/vouching.ts'
import { certificateOf, KEY_B, message } from '../testing/world.ts'

const UNACKNOWLEDGED = { status: 'unavailable', detail: 'HTTP 500' } as const
const ACKNOWLEDGED = { status: 'acknowledged', toldSerial: '01', toldIssuer: 'CN=CA' } as const

describe.each([true, false])('a request that is vouched for, with a key in the process: %s', (inProcess) => {
  test('I-7.9-01 validate, issue, told, answered; and what was told of is what was recorded', async () => {
    const { ask, said, issued, ledger, ports } = setUpVouching({ inProcess })
    const request = await message()
    const answer = await ask(request)
    expect(said).toEqual(['validate', 'issued'])
    expect(issued[0]).toEqual({
      transactionId: request.transactionId,
      csr: request.csr.der,
      certificate: certificateOf(answer),
    })
    expect(ports.vouched.told).toEqual([{ toldSerial: '01', toldIssuer: 'CN=CA' }])
    expect(ledger.audit.map(({ action, outcome }) => `${action} ${outcome}`)).toEqual([
      'certificate.issue done',
      'certificate.acknowledge done',
    ])
  })

  test('I-7.9-05 without an acknowledgement nothing leaves; the next try is told of again, and gets the same certificate', async () => {
    const { ask, said, answers, ca, ledger } = setUpVouching({ inProcess })
    const request = await message()
    answers.notice = UNACKNOWLEDGED
    await expect(ask(request)).rejects.toMatchObject({
      name: 'Unavailable',
      message: expect.stringContaining('HTTP 500'),
    })
    answers.notice = new Error('the socket was reset')
    await expect(ask(request)).rejects.toMatchObject({ name: 'Unavailable' })
    answers.notice = ACKNOWLEDGED
    const answer = await ask(request)
    expect(said).toEqual(['validate', 'issued', 'issued', 'issued'])
    expect(ca.calls.signed).toBe(1)
    expect([...ledger.rows.values()][0]?.known.certificate?.der).toEqual(certificateOf(answer))
    await ask(request)
    expect(said, 'acknowledged once, nobody is told again').toHaveLength(4)
  })

  test('I-7.9-18 the same CSR under another signer is vouched for again, and gets the one certificate', async () => {
    const { ask, said, ca, ledger } = setUpVouching({ inProcess })
    const request = await message()
    const first = certificateOf(await ask(request))
    const other = { ...request, signer: (await message({ signer: KEY_B })).signer }
    const second = await ask(other)
    expect(certificateOf(second)).toEqual(first)
    expect(second).toMatchObject({ repeated: true })
    expect(said).toEqual(['validate', 'issued', 'validate'])
    expect([ca.calls.signed, ledger.rows.size]).toEqual([1, 1])
  })
})
