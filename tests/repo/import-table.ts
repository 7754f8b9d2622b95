import { posix } from 'node:path'

/** Who may import whom. Dependencies point down; nothing points up or sideways (ARCHITECTURE.md). */
interface Room {
  /** Packages of ours, without their scope. */
  readonly ours: readonly string[]
  /** What else code that ships may import. Tests may import any development dependency. */
  readonly foreign: readonly RegExp[]
  readonly because: string
}

const PURE = [/^node:crypto$/, /^node:util$/]
const NODE = /^node:(?!sqlite$)/

export const IMPORT_TABLE: Readonly<Record<string, Room>> = {
  'packages/pki': { ours: [], foreign: PURE, because: 'pki turns bytes into values and back and knows nothing else' },
  'packages/scep': { ours: ['pki'], foreign: PURE, because: 'scep speaks RFC 8894 over values of pki, without I/O' },
  'packages/ca': { ours: ['pki'], foreign: PURE, because: 'ca issues for whoever asks it; who may ask is for ra' },
  'packages/ra': {
    ours: ['scep', 'pki'],
    foreign: PURE,
    because: 'ra owns the ports; authorities, challenges and the store come to it through them',
  },
  'packages/connectors': {
    ours: ['ra', 'ca', 'pki', 'scep'],
    foreign: [...PURE, /^typebox(\/|$)/, /^undici$/],
    because: 'a connector is the far side of a port of ra; what it looks up comes through another port',
  },
  'packages/store': {
    ours: ['ra'],
    foreign: [/^node:(?!https?$|net$|tls$)/, /^kysely$/, /^pg$/],
    because: 'the store keeps values of ra as rows; it reads no ASN.1 and calls nobody',
  },
  'packages/api': {
    ours: [],
    foreign: [/^typebox(\/|$)/, /^openapi-fetch$/],
    because: 'a browser loads api: no node: modules, none of ours',
  },
  'apps/server': {
    ours: ['api', 'ca', 'connectors', 'pki', 'ra', 'scep', 'store'],
    foreign: [
      NODE,
      /^fastify$/,
      /^@fastify\//,
      /^pino$/,
      /^prom-client$/,
      /^typebox(\/|$)/,
      /^yaml$/,
      /^croner$/,
      /^nodemailer$/,
      /^openid-client$/,
    ],
    because: 'the server wires the packages; SQL stays in the store',
  },
  'apps/cli': {
    ours: ['api', 'scep', 'pki'],
    foreign: [NODE, /^commander$/, /^@clack\/prompts$/, /^yaml$/],
    because: 'the command line talks to the REST API, also beside the server',
  },
}

/** What a source file imports against the table; one sentence a fault, none if it keeps to it. */
export function importFaults(path: string, source: string): string[] {
  const folder = path.split('/').slice(0, 2).join('/')
  const room = IMPORT_TABLE[folder]
  if (room === undefined) return []
  const test = path.endsWith('.test.ts')
  return importsOf(source).flatMap((name) => {
    const wrong = name.startsWith('.') ? strays(path, folder, name, test) : forbidden(room, name, test)
    return wrong ? [`${path} imports ${name}: ${room.because}`] : []
  })
}

function forbidden(room: Room, name: string, test: boolean): boolean {
  if (name.startsWith('@chancery/')) return !room.ours.includes(name.slice('@chancery/'.length))
  return !test && !room.foreign.some((allowed) => allowed.test(name))
}

/** Relative imports stay in their package; a test may use what `tests/` offers; a connector leaves its siblings alone. */
function strays(path: string, folder: string, name: string, test: boolean): boolean {
  const target = posix.join(posix.dirname(path), name)
  if (target.startsWith(`${folder}/`)) return folder === 'packages/connectors' && sideways(path, target)
  return !(test && target.startsWith('tests/'))
}

function sideways(path: string, target: string): boolean {
  const connectorOf = (file: string) => file.split('/').slice(3, -1).join('/')
  const from = connectorOf(path)
  return from !== '' && connectorOf(target) !== '' && connectorOf(target) !== from
}

/** Module names of static and dynamic imports and of re-exports. */
export function importsOf(source: string): string[] {
  const statements = /^\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s*)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]/gm
  return [...source.matchAll(statements)].map((match) => match[1] ?? match[2] ?? '')
}
