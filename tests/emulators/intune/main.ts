/**
 * `npm run intune-emulator`: Entra, Graph and Intune for one's own machine.
 * `npm run intune-emulator -- enrol URL`: plays a device that a running emulator manages.
 */
import { parseArgs } from 'node:util'
import { startIntuneEmulator } from './emulator.ts'
import { manual } from './manual.ts'

const HELP = `npm run intune-emulator -- [--port 8095]
npm run intune-emulator -- enrol URL [--windows] [--oaep] [--get] [--subject NAME] [--san NAME…] [--characters N] [--port 8095]`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    port: { type: 'string', default: '8095' },
    windows: { type: 'boolean', default: false },
    oaep: { type: 'boolean', default: false },
    get: { type: 'boolean', default: false },
    subject: { type: 'string' },
    san: { type: 'string', multiple: true },
    characters: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const [command, url] = positionals

if (values.help) console.log(HELP)
else if (command === undefined) console.log(manual(await startIntuneEmulator({ port: Number(values.port) })))
else if (command === 'enrol' && url !== undefined) process.exitCode = await enrol(url)
else {
  console.error(HELP)
  process.exitCode = 2
}

async function enrol(scepUrl: string): Promise<number> {
  const { windows, oaep, get, subject, san, characters } = values
  const answer = await fetch(`http://127.0.0.1:${values.port}/__control/enrolments`, {
    method: 'POST',
    body: JSON.stringify({
      url: scepUrl,
      shape: windows ? 'windows' : 'ordinary',
      keyTransport: oaep ? 'oaep' : 'pkcs1',
      method: get ? 'GET' : 'POST',
      profile: { subject, san, ...(characters !== undefined && { characters: Number(characters) }) },
    }),
  })
  const played = (await answer.json()) as { status?: string; certificate?: string }
  const { certificate, ...shown } = played
  console.log(JSON.stringify(shown, null, 2))
  if (certificate !== undefined) console.log(certificate)
  return played.status === 'SUCCESS' ? 0 : 1
}
