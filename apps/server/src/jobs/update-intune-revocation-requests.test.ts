import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { FakeIntune } from '../../../../tests/fake-intune.ts'
import { onBothDatabases } from '../../../../tests/store.ts'
import { TakenBack } from '../../../../tests/taken-back.ts'

onBothDatabases((database, dialect) => {
  const contoso = new FakeIntune('contoso')
  const fabrikam = new FakeIntune('fabrikam')
  let office: TakenBack
  beforeAll(async () => {
    office = await TakenBack.open(database, dialect, { default: contoso, byod: contoso, fabrikam })
  })
  afterEach(() => {
    for (const intune of [contoso, fabrikam]) intune.forget()
  })
  afterAll(() => office.server.close())

  test('what Intune wants revoked is revoked for the reason of its profile, on the CRL, and answered', async () => {
    const [lost, kept] = [await office.vouched(contoso), await office.vouched(contoso)]
    const context = contoso.wants(lost.serial, lost.issuer)
    const summary = 'default and byod: 1 revoked for default, 1 reported'
    expect(await office.runNow()).toMatchObject({ outcome: 'done', summary })
    expect(contoso.answers).toEqual(new Map([[context, [0]]]))
    expect(await office.standing(lost)).toBe('revoked: cessationOfOperation')
    expect(await office.isOnCrl(lost)).toBe(true)
    expect(await office.standing(kept)).toBe('issued')
    const [event] = await office.revocationsInAudit(lost)
    expect(event).toMatchObject({
      actor: { kind: 'job', name: 'updateIntuneRevocationRequestsJob' },
      detail: { wantedBy: 'Microsoft Intune', after: { reason: 'cessationOfOperation' } },
    })
  })

  test('I-7.9-12 I-8-17 two profiles of one tenant are one download, and each gets what came through it', async () => {
    const [one, other] = [await office.vouched(contoso, 'default'), await office.vouched(contoso, 'byod')]
    const contexts = [one, other].map(({ serial, issuer }) => contoso.wants(serial, issuer))
    const { summary } = await office.runNow()
    expect(summary).toBe('default and byod: 1 revoked for byod, 1 revoked for default, 2 reported')
    expect([contoso.collections, fabrikam.collections]).toEqual([1, 1])
    expect(contoso.answers).toEqual(new Map(contexts.map((context) => [context, [0]])))
  })

  test('I-7.9-12 it is asked again 61 minutes later, not sooner, however often a server starts', async () => {
    await office.runNow()
    for (const minutes of [0, 1, 59]) await office.later(minutes)
    expect(contoso.collections, 'that of the request').toBe(1)
    await office.later(1)
    expect(contoso.collections).toBe(2)
    await office.later(0)
    expect(contoso.collections).toBe(2)
  })

  test('I-7.9-12 more than one batch holds is collected batch by batch in one run', async () => {
    contoso.batch = 2
    const devices = []
    for (let i = 0; i < 5; i++) devices.push(await office.vouched(contoso))
    for (const { serial, issuer } of devices) contoso.wants(serial, issuer)
    await office.runNow()
    expect(contoso.collections).toBe(3)
    expect([...contoso.answers.values()]).toEqual(Array(5).fill([0]))
  })

  test('a batch that holds only what was offered before ends the run', async () => {
    contoso.batch = 2
    for (const serial of ['4711', '4712']) contoso.wants(serial, 'CN=Somebody Else')
    const { summary } = await office.runNow()
    expect(contoso.collections).toBe(2)
    expect(summary).toBe('default and byod: 2 left alone')
  })

  test('I-7.9-12 what is revoked already is answered as done, with its first date and reason, and not revoked twice', async () => {
    const device = await office.vouched(contoso)
    await office.revoke(device, 'keyCompromise')
    const context = contoso.wants(device.serial, device.issuer)
    expect((await office.runNow()).summary).toContain('1 revoked before')
    expect(contoso.answers.get(context)).toEqual([0])
    expect(await office.standing(device)).toBe('revoked: keyCompromise')
    expect(await office.revocationsInAudit(device)).toHaveLength(1)
  })

  test('what is on hold is revoked for good', async () => {
    const device = await office.vouched(contoso)
    await office.revoke(device, 'certificateHold')
    const context = contoso.wants(device.serial, device.issuer)
    await office.runNow()
    expect(contoso.answers.get(context)).toEqual([0])
    expect(await office.standing(device)).toBe('revoked: cessationOfOperation')
  })

  test('I-7.9-12 a serial number unknown under our issuer is answered 4004, one that cannot be read 4001, none 4002', async () => {
    const { issuer } = await office.vouched(contoso)
    const contexts = ['0BADCAFE', 'not a number', ' '].map((serial) => contoso.wants(serial, issuer))
    expect((await office.runNow()).summary).toBe('default and byod: 3 refused, 3 reported')
    expect(contexts.map((context) => contoso.answers.get(context))).toEqual([[4004], [4001], [4002]])
  })

  test('I-8-19 I-8-18 what belongs to another CA of the tenant gets no answer, and is said once', async () => {
    const { serial } = await office.vouched(contoso)
    contoso.wants(serial, 'CN=Somebody Else')
    contoso.wants('0BADCAFE', null)
    contoso.wants('not a number', null)
    const before = office.server.lines.length
    for (let run = 0; run < 3; run++) expect((await office.runNow()).summary).toBe('default and byod: 3 left alone')
    expect(contoso.answers).toEqual(new Map())
    const said = office.server.lines.slice(before).filter(({ msg }) => String(msg).includes('left alone'))
    expect(said).toHaveLength(3)
  })

  test('I-7.9-12 a certificate that another tenant vouched for, or nobody, is not his to take back', async () => {
    const [his, nobodys] = [await office.vouched(fabrikam, 'fabrikam'), await office.device()]
    const contexts = [his, nobodys].map(({ serial, issuer }) => contoso.wants(serial, issuer))
    await office.runNow()
    expect([await office.standing(his), await office.standing(nobodys)]).toEqual(['issued', 'issued'])
    expect(contexts.map((context) => contoso.answers.get(context))).toEqual([[4004], [4004]])
  })

  test('I-7.9-12 while nothing can be revoked the answer is 4101, and when it is offered again it is revoked', async () => {
    const device = await office.vouched(contoso)
    const context = contoso.wants(device.serial, device.issuer)
    const obstacle = await office.obstructed()
    expect((await office.runNow()).summary).toContain('1 failed')
    expect(contoso.answers.get(context)).toEqual([4101])
    expect(await office.standing(device)).toBe('issued')
    await obstacle.lift()
    await office.runNow()
    expect(contoso.answers.get(context)).toEqual([4101, 0])
    expect(await office.standing(device)).toBe('revoked: cessationOfOperation')
  })

  test('I-7.9-12 answers that were not taken are kept, given again before anything is collected, and nothing is revoked twice', async () => {
    const device = await office.vouched(contoso)
    const context = contoso.wants(device.serial, device.issuer)
    contoso.trouble = { report: 'Intune has not recorded the results.' }
    expect(await office.runNow()).toMatchObject({
      outcome: 'failed',
      summary: 'default and byod: 1 revoked for default, Intune has not recorded the results.',
    })
    expect(await office.standing(device)).toBe('revoked: cessationOfOperation')
    contoso.trouble = { collect: 'Intune does not answer.' }
    await office.later(1)
    expect(contoso.answers.get(context), 'a minute later, and not only in an hour').toEqual([0])
    expect(contoso.collections).toBe(1)
    expect(await office.revocationsInAudit(device)).toHaveLength(1)
  })

  test('an answer that was taken though we were told otherwise is given again, and that is all', async () => {
    const device = await office.vouched(contoso)
    const context = contoso.wants(device.serial, device.issuer)
    contoso.trouble = { afterReport: 'The connection was reset.' }
    await office.runNow()
    contoso.trouble = {}
    await office.runNow()
    await office.runNow()
    expect(contoso.answers.get(context)).toEqual([0, 0])
    expect(await office.revocationsInAudit(device)).toHaveLength(1)
  })

  test('one answer that is never taken keeps no other one back', async () => {
    const [odd, device] = [await office.vouched(contoso), await office.vouched(contoso)]
    contoso.neverTakes = contoso.wants(odd.serial, odd.issuer)
    for (let run = 0; run < 2; run++) await office.runNow()
    const context = contoso.wants(device.serial, device.issuer)
    expect((await office.runNow()).summary).toContain('1 reported')
    expect(contoso.answers.get(context)).toEqual([0])
    contoso.neverTakes = undefined
    await office.runNow()
    expect(contoso.answers.get(contoso.offered[0]?.context ?? '')).toBeUndefined()
    expect(contoso.offered).toEqual([])
  })

  test('I-8-32 the trouble of one tenant stops no other, and is in the history and the log', async () => {
    const device = await office.vouched(fabrikam, 'fabrikam')
    const context = fabrikam.wants(device.serial, device.issuer)
    contoso.trouble = { collect: 'The client secret has expired.' }
    expect(await office.runNow()).toMatchObject({
      outcome: 'failed',
      summary: 'default and byod: The client secret has expired.; fabrikam: 1 revoked for fabrikam, 1 reported',
    })
    expect(fabrikam.answers.get(context)).toEqual([0])
    expect(office.server.lines).toContainEqual(expect.objectContaining({ scepProfiles: 'default and byod', level: 40 }))
  })

  test('what is told is remembered for ninety days, and not longer', async () => {
    const { issuer } = await office.vouched(contoso)
    contoso.wants('0BADCAFE', issuer)
    await office.runNow()
    const isPruneDue = () => office.server.store.wishes.isPruneDue(office.server.clock.now)
    await office.later(1)
    expect(await isPruneDue()).toBe(true)
    await office.later(91 * 24 * 60)
    expect(await isPruneDue()).toBe(false)
  })
})

onBothDatabases((database, dialect) => {
  test('a profile whose settings cannot be used is said in the history, and a disabled one is not asked for', async () => {
    const office = await TakenBack.open(database, dialect, { default: 'The client secret is missing.' })
    expect(await office.runNow()).toMatchObject({
      outcome: 'failed',
      summary: 'default: The client secret is missing.',
    })
    await office.disable('default')
    expect(await office.runNow()).toMatchObject({ outcome: 'done', summary: 'There was nothing to do.' })
    await office.server.close()
  })
})
