import { Unavailable } from '@chancery/ra'
import { expect, test } from 'vitest'
import { Derivations } from './derivations.ts'

test('S-7-14 at most two derivations run at a time, and the others follow in their order', async () => {
  const derivations = new Derivations()
  const order: number[] = []
  let running = 0
  let most = 0
  const work = (number: number) => async () => {
    most = Math.max(most, ++running)
    order.push(number)
    await new Promise((resolve) => setImmediate(resolve))
    running--
    return number
  }
  const results = await Promise.all(Array.from({ length: 20 }, (_, number) => derivations.turn(work(number))))
  expect(most).toBe(2)
  expect(order).toEqual(results)
})

test('who would wait too long is turned away, and one that fails leaves its place', async () => {
  const derivations = new Derivations()
  const gates: (() => void)[] = []
  const held = () => new Promise<void>((resolve) => gates.push(resolve))
  const inside = Array.from({ length: 66 }, () => derivations.turn(held))
  await expect(derivations.turn(held)).rejects.toBeInstanceOf(Unavailable)
  for (let done = 0; done < inside.length; done++) {
    while (gates.length <= done) await new Promise((resolve) => setImmediate(resolve))
    gates[done]?.()
  }
  await Promise.all(inside)
  await expect(derivations.turn(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await derivations.turn(async () => 7)).toBe(7)
})
