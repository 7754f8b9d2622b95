import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { must } from '../command.ts'
import { freePort } from '../free-port.ts'
import { startService } from './service.ts'

/** Micromdm's server with a CA of its own. */
export interface Scepserver {
  readonly url: string
  /** On the same port and depot. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface ScepserverOptions {
  readonly challenge: string
}

/** It listens on every address: it has no option for one. */
export async function startScepserver(
  command: string,
  parent: string,
  { challenge }: ScepserverOptions,
): Promise<Scepserver> {
  const folder = mkdtempSync(join(parent, 'scepserver-'))
  const depot = ['-depot', join(folder, 'depot')]
  await must(command, ['ca', '-init', '-keySize', '2048', '-organization', 'Micromdm', ...depot], { cwd: folder })
  const port = String(await freePort())
  // Renewal at any time of a certificate's life.
  const url = `http://127.0.0.1:${port}/scep`
  const start = async () => {
    const service = startService(command, [...depot, '-port', port, '-challenge', challenge, '-allowrenew', '0'])
    await service.until(async () => (await fetch(`${url}?operation=GetCACaps`).catch(() => undefined))?.ok === true)
    return service
  }
  let running = await start()
  return {
    url,
    async restart() {
      await running.stop()
      running = await start()
    },
    stop: () => running.stop(),
  }
}
