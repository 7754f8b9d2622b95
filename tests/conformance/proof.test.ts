import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ROOT } from '../repo/repository.ts'
import { reportedProofs } from './proof.ts'

const result = (title: string, status: string, ancestorTitles: string[] = []) => ({ title, status, ancestorTitles })
const proofsOf = (file: string, ...assertionResults: ReturnType<typeof result>[]) =>
  Object.fromEntries(
    [...reportedProofs({ testResults: [{ name: join(ROOT, file), assertionResults }] })].map(([id, files]) => [
      id,
      [...files],
    ]),
  )

test('of a report only what passed counts, by test and by suite', () => {
  const proofs = proofsOf(
    'packages/scep/src/a.test.ts',
    result('S-4.1-01 passed', 'passed'),
    result('passed', 'passed', ['S-4.1-02 a suite']),
    result('S-4.1-03 skipped', 'skipped'),
    result('S-4.1-04 failed', 'failed'),
    result('S-4.1-04 passed as well', 'passed'),
  )
  const files = ['packages/scep/src/a.test.ts']
  expect(proofs).toEqual({ 'S-4.1-01': files, 'S-4.1-02': files })
})

test('a skipped test of a missing client still tells that one is needed', () => {
  const file = 'tests/interop/a.test.ts'
  expect(proofsOf(file, result('S-4.1-01 enrols', 'skipped'))).toEqual({ 'S-4.1-01': [file] })
})
