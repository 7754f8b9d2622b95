import { Secret } from '@chancery/ra'
import { expect, test } from 'vitest'
import { onBothDatabases } from '../../../tests/store.ts'
import { sampleChallenge } from './testing/sample.ts'

onBothDatabases((database) => {
  test('a challenge is found with everything it is bound to', async () => {
    const { store, configuration } = await database.shared()
    const subjectAltNames = ['DNS:printer1.example', 'DNS:odd\u0000name']
    const challenge = sampleChallenge(configuration, { uses: 3, subject: 'CN=printer1', subjectAltNames })
    await store.challenges.create(challenge)
    expect(await store.challenges.find(challenge.scepProfileId, challenge.challenge)).toMatchObject({
      uuid: challenge.uuid,
      remainingUses: 3,
      expiresAt: challenge.expiresAt,
      revoked: false,
      subject: 'CN=printer1',
      subjectAltNames,
    })
  })

  test('S-2.4-09 a challenge of one profile is unknown in another', async () => {
    const { store, configuration } = await database.shared()
    const challenge = sampleChallenge(configuration)
    await store.challenges.create(challenge)
    expect(await store.challenges.find(challenge.scepProfileId + 1, challenge.challenge)).toBeUndefined()
    expect(await store.challenges.find(challenge.scepProfileId, new Secret('another'))).toBeUndefined()
  })

  test('a challenge that exists already is refused with a sentence that does not contain it', async () => {
    const { store, configuration } = await database.shared()
    const challenge = sampleChallenge(configuration)
    await store.challenges.create(challenge)
    const again = store.challenges.create(sampleChallenge(configuration, { challenge: challenge.challenge }))
    await expect(again).rejects.toMatchObject({ code: 'ERR_STORE_DUPLICATE' })
    await expect(again).rejects.not.toThrow(challenge.challenge.reveal())
  })

  test('S-3.1-P10 those made as passwords are found, the newest first, until they expire', async () => {
    const { store, configuration } = await database.fresh()
    const at = new Date('2026-06-01T12:00:00Z')
    const made = ['first', 'second', 'third'].map((text) =>
      sampleChallenge(configuration, {
        challenge: new Secret(text),
        isPassword: true,
        expiresAt: new Date(at.getTime() + 60_000),
      }),
    )
    for (const challenge of [...made, sampleChallenge(configuration, { challenge: new Secret('no password') })]) {
      await store.challenges.create(challenge)
    }
    const [{ scepProfileId, uuid }] = made as [(typeof made)[number]]
    const texts = async (profile: number, when: Date, most = 8) =>
      (await store.challenges.passwords(profile, when, most)).map((secret) => secret.reveal())
    expect(await texts(scepProfileId, at)).toEqual(['third', 'second', 'first'])
    expect(await texts(scepProfileId, at, 2)).toEqual(['third', 'second'])
    expect(await texts(scepProfileId + 1, at)).toEqual([])
    expect(await texts(scepProfileId, new Date(at.getTime() + 60_000))).toEqual([])
    expect((await store.challenges.password(scepProfileId, uuid, at))?.reveal()).toBe('first')
    expect(await store.challenges.password(scepProfileId + 1, uuid, at)).toBeUndefined()
    expect(await store.challenges.password(scepProfileId, uuid, new Date(at.getTime() + 60_000))).toBeUndefined()
  })
})
