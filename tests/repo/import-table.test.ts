import { describe, expect, test } from 'vitest'
import { IMPORT_TABLE, importFaults, importsOf } from './import-table.ts'
import { filesUnder, read } from './repository.ts'

const ROOMS = Object.keys(IMPORT_TABLE)

describe('the import table', () => {
  test.each(ROOMS)('%s keeps to it', (room) => {
    const sources = filesUnder(`${room}/src`).filter((path) => path.endsWith('.ts'))
    expect(sources.flatMap((path) => importFaults(path, read(path)))).toEqual([])
  })

  test('has a row for every package and app', () => {
    const packages = [...filesUnder('packages'), ...filesUnder('apps')]
      .filter((path) => path.split('/').length === 3 && path.endsWith('/package.json'))
      .map((path) => path.slice(0, -'/package.json'.length))
    expect(ROOMS.toSorted()).toEqual(packages.toSorted())
  })

  test.each(ROOMS)('%s declares what it imports, and nothing that it may not import', (room) => {
    const manifest = JSON.parse(read(`${room}/package.json`)) as { dependencies?: Record<string, string> }
    const declared = Object.keys(manifest.dependencies ?? {})
    const imported = filesUnder(`${room}/src`)
      .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
      .flatMap((path) => importsOf(read(path)))
      .filter((name) => !name.startsWith('.') && !name.startsWith('node:'))
      .map((name) =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
    expect(imported.filter((name) => !declared.includes(name))).toEqual([])
    const planted = declared.map((name) => `import '${name}'`).join('\n')
    expect(importFaults(`${room}/src/any.ts`, planted)).toEqual([])
  })

  test('is the linter’s table too', () => {
    const { overrides } = JSON.parse(read('biome.json')) as { overrides: LinterOverride[] }
    for (const [room, { ours }] of Object.entries(IMPORT_TABLE)) {
      const rule = overrides.find((one) => one.includes[0] === `${room}/src/**`)?.linter.rules.style.noRestrictedImports
      const group = rule?.options.patterns[0]?.group ?? []
      if (room === 'apps/server') expect(group).toEqual(['@chancery/cli', '@chancery/web'])
      else expect(group, room).toEqual(['@chancery/*', ...ours.map((name) => `!@chancery/${name}`)])
    }
  })
})

interface LinterOverride {
  includes: string[]
  linter: { rules: { style: { noRestrictedImports?: { options: { patterns: { group: string[] }[] } } } } }
}

describe('a planted violation is found', () => {
  test.each([
    ['packages/pki/src/x.ts', "import { a } from '@chancery/scep'"],
    ['packages/pki/src/x.test.ts', "import { a } from '@chancery/scep'"],
    ['packages/pki/src/x.ts', "import { readFile } from 'node:fs'"],
    ['packages/scep/src/x.ts', "import type {\n  A,\n  B,\n} from '@chancery/ra'"],
    ['packages/scep/src/x.ts', "export * from '@chancery/ca'"],
    ['packages/scep/src/x.ts', "import '../../store/src/index.ts'"],
    ['packages/ra/src/x.ts', "const { a } = await import('@chancery/store')"],
    ['packages/ra/src/checks/x.ts', "import { sql } from 'kysely'"],
    ['packages/connectors/src/challenge/intune/x.ts', "import { a } from '../static/static.ts'"],
    ['packages/connectors/src/authority/x.ts', "import { a } from '../challenge/static.ts'"],
    ['packages/store/src/x.ts', "import { parseCertificate } from '@chancery/pki'"],
    ['packages/store/src/x.ts', "import { request } from 'node:https'"],
    ['packages/api/src/x.ts', "import { createHash } from 'node:crypto'"],
    ['apps/server/src/x.ts', "import { Kysely } from 'kysely'"],
    ['apps/server/src/x.ts', "import { DatabaseSync } from 'node:sqlite'"],
    ['apps/cli/src/x.ts', "import { openStore } from '@chancery/store'"],
  ])('in %s: %s', (path, source) => {
    expect(importFaults(path, source)).toHaveLength(1)
  })

  test.each([
    ['packages/pki/src/x.ts', "import { createHash } from 'node:crypto'\nimport { a } from './der/read.ts'"],
    ['packages/pki/src/x.test.ts', "import forge from 'node-forge'"],
    ['packages/store/src/x.test.ts', "import { startPostgres } from '../../../tests/postgres.ts'"],
    ['packages/ra/src/x.ts', "// import { a } from '@chancery/store' would be wrong here\n"],
    ['apps/server/src/x.ts', "import { openStore } from '@chancery/store'"],
  ])('but not in %s: %s', (path, source) => {
    expect(importFaults(path, source)).toEqual([])
  })
})
