import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Certificate, decodePem, parseCertificate } from '@chancery/pki'
import { run } from '../run.ts'
import { type MockCa, type MockCaScript, mockCa } from './mock-ca.ts'
import { type MockServer, type ScriptedAnswer, type SeenRequest, startMockServer } from './mock-server.ts'
import { type TestTerminal, testTerminal } from './test-terminal.ts'

/** For tests: a folder and a scripted CA, for as long as a test lasts. */
export interface Scene {
  readonly ca: MockCa
  readonly server: MockServer
  readonly url: string
  /** Where the device keeps its files. */
  readonly out: string
  /** `chancery scep …`: its exit code, and what it printed. */
  scep(args: readonly string[], given?: Parameters<typeof testTerminal>[0]): Promise<Outcome>
  /** `scep enrol` with the usual options; later ones win. */
  enrol(args?: readonly string[], given?: Parameters<typeof testTerminal>[0]): Promise<Outcome>
  files(): string[]
  read(name: string): string
  certificate(name?: string): Certificate
  close(): Promise<void>
}

export interface Outcome {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  readonly pauses: readonly number[]
}

export async function scene(
  script: MockCaScript = {},
  bend?: (request: SeenRequest) => ScriptedAnswer | undefined,
): Promise<Scene> {
  const ca = mockCa(script)
  const server = await startMockServer((request) => bend?.(request) ?? ca.answer(request))
  const folder = mkdtempSync(join(tmpdir(), 'chancery-scene-'))
  const out = join(folder, 'device')
  const url = `${server.url}/scep`
  const scep: Scene['scep'] = async (args, given) => {
    const terminal: TestTerminal = testTerminal(given)
    const code = await run(['scep', ...args], terminal)
    return { code, stdout: terminal.stdout(), stderr: terminal.stderr(), pauses: terminal.pauses }
  }
  const read = (name: string): string => readFileSync(join(out, name), 'utf8')
  return {
    ca,
    server,
    url,
    out,
    scep,
    enrol: (args = [], given) => {
      const fingerprint = ca.root.certificate.digest().toString('hex')
      const usual = ['--subject', 'CN=device1', '--out', out, '--ca-fingerprint', fingerprint]
      return scep(['enrol', url, ...usual, ...args], given)
    },
    files: () => readdirSync(out).toSorted(),
    read,
    certificate: (name = 'cert.pem') => parseCertificate(decodePem(read(name), 'CERTIFICATE')[0] as Buffer),
    close: async () => {
      await server.close()
      rmSync(folder, { recursive: true })
    },
  }
}
