import type { DecisionRecord } from '@chancery/ra'
import { pino } from 'pino'
import { expect, test } from 'vitest'
import type { Outcome } from '../answer.ts'
import { DecisionRecorder } from './recorder.ts'
import type { Sketch } from './sketch.ts'

const NOW = new Date('2026-03-01T12:00:00Z')

function setUp(write: () => Promise<void> = () => Promise.resolve()) {
  const decisions: DecisionRecord[] = []
  const refusals: DecisionRecord[] = []
  const fates: Record<string, number> = {}
  const lines: string[] = []
  const nothing = () => Promise.reject(new Error('not asked'))
  const never = { find: nothing, prune: nothing, isPruneDue: nothing, list: nothing, read: nothing, close: nothing }
  const recorder = new DecisionRecorder({
    store: {
      decisions: {
        ...never,
        async write(records) {
          await write()
          decisions.push(...records)
        },
      },
      refusals: {
        ...never,
        async write(records) {
          refusals.push(...records)
          return 'written'
        },
      },
    },
    log: pino({ level: 'info' }, { write: (line: string) => lines.push(line) }),
    metrics: {
      decisionRecords(fate, count) {
        fates[fate] = (fates[fate] ?? 0) + count
      },
    },
    now: () => NOW,
  })
  return { recorder, decisions, refusals, fates, lines }
}

function sketch(outcome: Outcome, number: number, change: Partial<Sketch> = {}): Sketch {
  return {
    course: undefined,
    answer: {
      status: 200,
      report: { operation: 'PKIOperation', outcome, endpoint: 'scepProfile/default', transaction: `t${number}` },
    },
    ...{ id: `id${number}`, at: NOW, milliseconds: 1, peer: '192.0.2.1', source: `192.0.2.${number}` },
    ...{ userAgent: undefined, rawMessage: undefined },
    ...change,
  }
}

test('where too much waits, the oldest that nothing vouches for go first, and are counted', async () => {
  const { recorder, decisions, refusals, fates } = setUp()
  for (let number = 0; number < 1500; number++) recorder.note(sketch('refused', number))
  for (let number = 0; number < 1500; number++) recorder.note(sketch('issued', number))
  await recorder.close()
  expect([decisions.length, refusals.length]).toEqual([1500, 500])
  expect(refusals[0]?.correlationId).toBe('id1000')
  expect(fates).toEqual({ dropped: 1000, written: 2000 })
})

test('what a limit refused, and what is no PKIOperation, leaves nothing', async () => {
  const { recorder, decisions, refusals } = setUp()
  recorder.note(sketch('limited', 1))
  const report = { operation: 'GetCACert', outcome: 'served' } as const
  recorder.note(sketch('served', 2, { answer: { status: 200, report } }))
  await recorder.close()
  expect([...decisions, ...refusals]).toEqual([])
})

test('of one transaction that is asked for again and again twenty records a minute are kept', async () => {
  const { recorder, decisions, fates } = setUp()
  for (let asked = 0; asked < 100; asked++) recorder.note(sketch('repeated', 7))
  for (let asked = 0; asked < 3; asked++) recorder.note(sketch('repeated', 8))
  await recorder.close()
  expect(decisions).toHaveLength(23)
  expect(fates).toEqual({ counted: 80, written: 23 })
})

test('a store that cannot be written is told of once, and takes nothing else with it', async () => {
  const { recorder, refusals, fates, lines } = setUp(() => Promise.reject(new Error('the disk is full')))
  for (let number = 0; number < 100; number++) recorder.note(sketch('issued', number))
  recorder.note(sketch('refused', 1))
  await recorder.close()
  expect(refusals).toHaveLength(1)
  expect(fates).toEqual({ dropped: 100, written: 1 })
  expect(lines.filter((line) => line.includes('could not be written'))).toHaveLength(1)
})
