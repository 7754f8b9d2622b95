import type { HourCount } from '@chancery/store'
import { expect, test } from 'vitest'
import { HourCounter } from './hour-counter.ts'

const NOON = new Date('2026-11-25T12:34:56Z')

function counter() {
  const written: HourCount[][] = []
  const warnings: unknown[] = []
  const broken = { is: false }
  const add = async (counts: readonly HourCount[]) => {
    if (broken.is) throw new Error('no database')
    written.push([...counts])
  }
  const statistics = { add } as unknown as ConstructorParameters<typeof HourCounter>[0]['statistics']
  const hours = new HourCounter({ statistics }, { warn: (...line: unknown[]) => warnings.push(line) })
  return { hours, written, warnings, broken }
}

test('what is alike within an hour is one row, and nothing is written where nothing was counted', async () => {
  const { hours, written } = counter()
  await hours.flush()
  expect(written).toEqual([])
  for (let index = 0; index < 1000; index++) hours.count({ scepProfile: 'a', outcome: 'issued' }, NOON)
  hours.count({ scepProfile: 'a', outcome: 'refused', reason: 'malformed' }, NOON)
  hours.count({ scepProfile: 'a', outcome: 'issued' }, new Date('2026-11-25T13:00:00Z'))
  await hours.close()
  const hour = new Date('2026-11-25T12:00:00Z')
  expect(written).toEqual([
    [
      { hour, metric: 'scep', labels: { scepProfile: 'a', outcome: 'issued' }, count: 1000 },
      { hour, metric: 'scep', labels: { scepProfile: 'a', outcome: 'refused', reason: 'malformed' }, count: 1 },
      {
        hour: new Date('2026-11-25T13:00:00Z'),
        metric: 'scep',
        labels: { scepProfile: 'a', outcome: 'issued' },
        count: 1,
      },
    ],
  ])
})

test('what could not be written is written with the next counts, once', async () => {
  const { hours, written, warnings, broken } = counter()
  broken.is = true
  hours.count({ scepProfile: 'a', outcome: 'issued' }, NOON)
  await hours.flush()
  expect([written, warnings.length]).toEqual([[], 1])
  broken.is = false
  hours.count({ scepProfile: 'a', outcome: 'issued' }, NOON)
  await hours.close()
  expect(written.flat().map(({ count }) => count)).toEqual([2])
})

test('names without end take no memory without end: they are counted together', async () => {
  const { hours, written } = counter()
  for (let index = 0; index < 5000; index++) hours.count({ scepProfile: `p${index}`, outcome: 'refused' }, NOON)
  await hours.close()
  const rows = written.flat()
  expect(rows.length).toBeLessThanOrEqual(2001)
  expect(rows.reduce((sum, { count }) => sum + count, 0)).toBe(5000)
})
