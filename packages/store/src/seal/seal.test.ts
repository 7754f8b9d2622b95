import { describe, expect, test } from 'vitest'
import { seal, unseal } from './seal.ts'
import { newStoreKey, unlockStoreKey } from './store-key.ts'

const SECRET = Buffer.from('a secret of this test')
const PLACE = { table: 'authority_key', column: 'sealed_key', row: '0199-1' }
const CLEAR = Buffer.from('clear text')

describe('a sealed value', async () => {
  const keys = await unlockStoreKey(await newStoreKey(SECRET), SECRET)

  test('opens in its place, and is never sealed twice alike', () => {
    const [one, two] = [seal(keys, PLACE, CLEAR), seal(keys, PLACE, CLEAR)]
    expect(unseal(keys, PLACE, one)).toEqual(CLEAR)
    expect(one.equals(two)).toBe(false)
  })

  test.each([
    { ...PLACE, table: 'scep_profile' },
    { ...PLACE, column: 'static_challenge' },
    { ...PLACE, row: '0199-2' },
  ])('does not open in $table.$column of $row', (elsewhere) => {
    expect(() => unseal(keys, elsewhere, seal(keys, PLACE, CLEAR))).toThrow(/changed or moved/)
  })

  test('does not open after any of its bytes was changed, or when it was cut', () => {
    const sealed = seal(keys, PLACE, CLEAR)
    for (let index = 0; index < sealed.length; index++) {
      const changed = Buffer.from(sealed)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(() => unseal(keys, PLACE, changed)).toThrow(expect.objectContaining({ code: 'ERR_STORE_SEAL' }))
      expect(() => unseal(keys, PLACE, sealed.subarray(0, index))).toThrow(
        expect.objectContaining({ code: 'ERR_STORE_SEAL' }),
      )
    }
  })

  test('of one store does not open with the key of another, even under the same secret', async () => {
    const other = await unlockStoreKey(await newStoreKey(SECRET), SECRET)
    expect(() => unseal(other, PLACE, seal(keys, PLACE, CLEAR))).toThrow(/changed or moved/)
  })

  test('is not readable with the key of another purpose', () => {
    expect(keys.subkey('seal').export()).not.toEqual(keys.subkey('challenge').export())
  })
})

test('a store key does not unlock with another secret, and the sentence says which variable to look at', async () => {
  const row = await newStoreKey(SECRET)
  await expect(unlockStoreKey(row, Buffer.from('another'))).rejects.toThrow(/CHANCERY_KEY_SECRET/)
})
