import { type Capabilities, chooseAlgorithms, ScepClient } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import { printable } from '../terminal/printable.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { VerbDefinition } from '../verb.ts'
import { describeCapability } from './capability-meaning.ts'
import { observeFetch } from './observed-fetch.ts'
import { checkServerUrl } from './server-url.ts'

export const capsVerb: VerbDefinition<object> = {
  name: 'caps',
  summary: 'ask a SCEP server what it can do',
  description:
    'Asks a SCEP server for its capabilities (GetCACaps) and says what each means and what this client would use.',
  argument: { name: 'url', description: 'of the SCEP server; without a path /cgi-bin/pkiclient.exe is asked' },
  options: [],
  examples: ['chancery scep caps http://127.0.0.1:8080/scep', 'chancery scep caps http://ca.example --json'],
  next: '"chancery scep ca URL" shows its certificates.',
  async run({ json }, terminal, argument) {
    const url = checkServerUrl(argument)
    const offered = await askCapabilities(url, terminal)
    const described = [...offered].map((keyword) => describeCapability(printable(keyword).slice(0, 100)))
    const { digest, contentEncryption, post } = chooseAlgorithms(offered)
    const chosen = { digest, contentEncryption, method: post ? 'POST' : 'GET' }
    if (json) {
      terminal.out(
        `${JSON.stringify({ url, capabilities: described.map(({ keyword }) => keyword), chosen }, null, 2)}\n`,
      )
      return EXIT.ok.code
    }
    const width = Math.max(0, ...described.map(({ keyword }) => keyword.length))
    for (const { keyword, meaning } of described) terminal.out(`${keyword.padEnd(width)}  ${meaning}\n`)
    if (described.length === 0) terminal.err('The server names no capability.\n')
    terminal.err(`This client would use ${contentEncryption} and ${digest}, by ${chosen.method}.\n`)
    return EXIT.ok.code
  },
}

/** For an enrolment no answer is an answer (S-3.5.2-17); who asks for the capabilities themselves wants to know. */
async function askCapabilities(url: string, terminal: Terminal): Promise<Capabilities> {
  const { fetch, last } = observeFetch(terminal.fetch)
  const offered = await new ScepClient({ url, fetch }).getCapabilities()
  const { status, error } = last()
  if (offered.size > 0 || (status > 0 && status < 400)) return offered
  const what = status > 0 ? `answers with HTTP ${status}` : `cannot be reached: ${reasonOf(error)}`
  throw new CliFailure('network', `${url} ${what}.`, { nextStep: 'Check the URL, and that the server runs.' })
}

/** fetch says "fetch failed" and hides what happened in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no answer'
  return error.cause instanceof Error && error.cause.message !== '' ? error.cause.message : error.message
}
