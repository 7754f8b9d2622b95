import { expect, test } from 'vitest'
import { IMPORT_TABLE } from './import-table.ts'
import { filesUnder, read } from './repository.ts'

const PINNED = /^\d+\.\d+\.\d+(?:-[\w.]+)?$/

interface Manifest {
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

const manifest = (path: string) => JSON.parse(read(path)) as Manifest

test('every runtime dependency has a decision record that names it', () => {
  const records = filesUnder('docs/decisions').map(read).join('\n')
  const names = Object.keys(IMPORT_TABLE)
    .flatMap((room) => Object.keys(manifest(`${room}/package.json`).dependencies ?? {}))
    .filter((name) => !name.startsWith('@chancery/'))
  expect([...new Set(names)].filter((name) => !records.includes(`\`${name}\``))).toEqual([])
})

test('every version is pinned exactly', () => {
  const manifests = ['package.json', ...Object.keys(IMPORT_TABLE).map((room) => `${room}/package.json`)].map(manifest)
  const versions = manifests.flatMap((one) =>
    Object.entries({ ...one.dependencies, ...one.devDependencies, ...one.optionalDependencies }),
  )
  expect(versions.filter(([, version]) => !PINNED.test(version))).toEqual([])
})
