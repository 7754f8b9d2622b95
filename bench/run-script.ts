import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Runs a script of this folder in a process of its own, on the Node that runs this one, and gives what it printed. */
export async function runScript(name: string, args: readonly string[]): Promise<string> {
  const script = new URL(name, import.meta.url).pathname
  const { stdout } = await promisify(execFile)(process.execPath, [script, ...args], { maxBuffer: 64 << 20 })
  return stdout
}
