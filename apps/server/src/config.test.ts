import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder } from '../../../tests/folder.ts'
import { ConfigError, parseSettings, readSettings } from './config.ts'

const folder = temporaryFolder()

function file(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}

const config = (env: Record<string, string>) => parseSettings(readSettings(env))

function faults(env: Record<string, string>): readonly string[] {
  try {
    readSettings(env)
    return []
  } catch (error) {
    if (error instanceof ConfigError) return error.faults
    throw error
  }
}

test('nothing set is a server on 127.0.0.1:8080 with SQLite in ./data', () => {
  expect(config({})).toMatchObject({
    listen: { host: '127.0.0.1', port: 8080 },
    adminListen: undefined,
    dataDir: join(process.cwd(), 'data'),
    database: { kind: 'sqlite' },
    publicUrl: undefined,
    tls: undefined,
    trustedProxies: undefined,
    caKey: 'rsa-3072',
    raKey: 'rsa-2048',
    keySecret: undefined,
    adminToken: undefined,
    logLevel: 'info',
  })
  expect(config({}).database.url.reveal()).toBe(`sqlite:${join(process.cwd(), 'data', 'chancery.sqlite')}`)
})

test('a variable that is set to nothing is not set', () => {
  expect(config({ CHANCERY_LISTEN: '', CHANCERY_ADMIN_TOKEN: '' })).toEqual(config({}))
})

test('all faults come at once, and none shows a value', () => {
  const secret = 'hunter2'
  const found = faults({
    CHANCERY_LISTEN: secret,
    CHANCERY_ADMIN_LISTEN: `${secret}:99999`,
    CHANCERY_DATABASE_URL: `mysql://user:${secret}@db/x`,
    CHANCERY_PUBLIC_URL: `ftp://${secret}`,
    CHANCERY_TLS_CERT: `/nowhere/${secret}`,
    CHANCERY_TRUSTED_PROXIES: `10.0.0.0/8,${secret}`,
    CHANCERY_WORKERS: secret,
    CHANCERY_CA_KEY: secret,
    CHANCERY_RA_KEY: secret,
    CHANCERY_ADMIN_TOKEN: secret,
    CHANCERY_LOG: secret,
  })
  expect(found.join('\n')).not.toContain(secret)
  for (const name of [
    'CHANCERY_LISTEN',
    'CHANCERY_ADMIN_LISTEN',
    'CHANCERY_DATABASE_URL',
    'CHANCERY_KEY_SECRET',
    'CHANCERY_PUBLIC_URL',
    'CHANCERY_TLS_CERT',
    'CHANCERY_TLS_KEY',
    'CHANCERY_TRUSTED_PROXIES',
    'CHANCERY_WORKERS',
    'CHANCERY_CA_KEY',
    'CHANCERY_RA_KEY',
    'CHANCERY_ADMIN_TOKEN',
    'CHANCERY_LOG',
  ]) {
    expect(found.filter((fault) => fault.startsWith(name))).toHaveLength(1)
  }
})

describe('the file', () => {
  test('gives what the environment does not', () => {
    const path = file('some.yaml', 'CHANCERY_LISTEN: 0.0.0.0:80\nCHANCERY_LOG: warn\nCHANCERY_WORKERS: 3\n')
    expect(config({ CHANCERY_CONFIG: path, CHANCERY_LOG: 'debug' })).toMatchObject({
      listen: { host: '0.0.0.0', port: 80 },
      logLevel: 'debug',
      workers: 3,
    })
  })

  test('may be empty', () => {
    expect(config({ CHANCERY_CONFIG: file('empty.yaml', '') })).toEqual(config({}))
  })

  test('may list networks', () => {
    const path = file('list.yaml', 'CHANCERY_TRUSTED_PROXIES:\n  - 10.0.0.0/8\n  - fd00::/8\n')
    const { trustedProxies } = config({ CHANCERY_CONFIG: path })
    expect(trustedProxies?.check('10.1.2.3')).toBe(true)
    expect(trustedProxies?.check('fd00::1', 'ipv6')).toBe(true)
    expect(trustedProxies?.check('11.1.2.3')).toBe(false)
  })

  test.each([
    ['a name that is no variable', 'CHANCERY_LISTEM: 1.2.3.4:80\n', '"CHANCERY_LISTEM"'],
    ['a file within the file', 'CHANCERY_CONFIG: other.yaml\n', '"CHANCERY_CONFIG"'],
    ['a map as value', 'CHANCERY_LISTEN: {a: b}\n', 'CHANCERY_LISTEN'],
    ['a list of it all', '- CHANCERY_LISTEN\n', 'map'],
    ['what is not YAML', '"\n', 'not YAML'],
  ])('with %s is a fault', (name, text, mentioned) => {
    const found = faults({ CHANCERY_CONFIG: file(`${name}.yaml`, text) })
    expect(found).toHaveLength(1)
    expect(found[0]).toContain(mentioned)
  })

  test('that is not there is a fault', () => {
    expect(faults({ CHANCERY_CONFIG: join(folder, 'nowhere.yaml') })).toEqual([
      'CHANCERY_CONFIG: the file cannot be read',
    ])
  })
})

test('an address may be IPv6', () => {
  expect(config({ CHANCERY_LISTEN: '[::1]:0' }).listen).toEqual({ host: '::1', port: 0 })
})

test('a public URL loses its last slash, and may have a path', () => {
  expect(config({ CHANCERY_PUBLIC_URL: 'https://scep.example/' }).publicUrl).toBe('https://scep.example')
  expect(config({ CHANCERY_PUBLIC_URL: 'http://gate.example/pki/' }).publicUrl).toBe('http://gate.example/pki')
  expect(faults({ CHANCERY_PUBLIC_URL: 'http://me:pw@gate.example' })).toHaveLength(1)
})

test('the addresses of Intune are https, or loopback', () => {
  const authorityUrl = 'https://login.example/'
  const resourceUrl = 'http://127.0.0.1:9999/'
  const set = { CHANCERY_INTUNE_AUTHORITY_URL: authorityUrl, CHANCERY_INTUNE_RESOURCE_URL: resourceUrl }
  expect(config({}).intune).toEqual({})
  expect(config(set).intune).toEqual({ authorityUrl, resourceUrl })
  expect(config({ CHANCERY_INTUNE_GRAPH_URL: 'http://localhost:1' }).intune).toEqual({ graphUrl: 'http://localhost:1' })
  const wrong = [
    'http://login.example/',
    'https://user:secret@login.example/',
    'ftp://127.0.0.1/',
    'https://x/?secret=1',
    'x',
  ]
  for (const text of [...wrong, 'http://127.0.0.1.example/']) {
    const [fault, ...others] = faults({ CHANCERY_INTUNE_GRAPH_URL: text })
    expect([fault, others]).toEqual([expect.stringMatching(/^CHANCERY_INTUNE_GRAPH_URL: write https/), []])
    expect(fault).not.toContain('secret')
  }
})

describe('the key secret', () => {
  const postgres = { CHANCERY_DATABASE_URL: 'postgres://db/chancery' }

  test('is required with PostgreSQL', () => {
    expect(faults(postgres)).toEqual([expect.stringContaining('CHANCERY_KEY_SECRET')])
    expect(faults({ ...postgres, CHANCERY_KEY_SECRET: 'long enough, and random' })).toEqual([])
  })

  test('may stand in a file, whose last line break does not count', () => {
    const path = file('key-secret', 'long enough, and random\n')
    expect(config({ ...postgres, CHANCERY_KEY_SECRET_FILE: path }).keySecret?.reveal()).toBe('long enough, and random')
  })

  test('is not given twice, and not too short', () => {
    const path = file('key-secret-2', 'long enough, and random\n')
    expect(faults({ CHANCERY_KEY_SECRET: 'long enough, and random', CHANCERY_KEY_SECRET_FILE: path })).toHaveLength(1)
    expect(faults({ CHANCERY_KEY_SECRET: 'short' })).toHaveLength(1)
    expect(faults({ CHANCERY_KEY_SECRET_FILE: join(folder, 'nowhere') })).toHaveLength(1)
  })
})

test('SQLite takes four serving processes at most', () => {
  expect(faults({ CHANCERY_WORKERS: '5' })).toHaveLength(1)
  expect(faults({ CHANCERY_WORKERS: '0' })).toHaveLength(1)
  expect(config({}).workers).toBeLessThanOrEqual(4)
  const postgres = { CHANCERY_DATABASE_URL: 'postgres://db/chancery', CHANCERY_KEY_SECRET: 'long enough, and random' }
  expect(config({ ...postgres, CHANCERY_WORKERS: '5' }).workers).toBe(5)
})

test('secrets print as such', () => {
  const token = 'a-token-of-at-least-32-characters-'
  expect(JSON.stringify(config({ CHANCERY_ADMIN_TOKEN: token, CHANCERY_KEY_SECRET: `${token}-2` }))).not.toContain(
    token,
  )
})
