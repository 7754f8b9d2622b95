import { type ProbeReport, probe, Secret } from '@chancery/scep'
import { Option } from 'commander'
import { CliFailure } from '../../cli-failure.ts'
import { EXIT } from '../../exit-code.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import type { VerbDefinition } from '../../verb.ts'
import { type ChallengeOptions, readChallenge } from '../challenge-source.ts'
import { checkServerUrl } from '../server-url.ts'
import { writeAtomically } from '../write-atomically.ts'
import { htmlReport } from './html-report.ts'
import { jsonReport } from './json-report.ts'
import { progressOn } from './progress.ts'
import { textReport } from './text-report.ts'

interface ProbeVerbOptions extends ChallengeOptions {
  readonly subject: string
  readonly oneTime?: true
  readonly html?: string
  readonly out?: string
  readonly timeout: string
}

export const probeVerb: VerbDefinition<ProbeVerbOptions> = {
  name: 'probe',
  summary: 'examine any SCEP server from outside',
  description:
    'Asks a SCEP server everything that it can be asked and says which clauses of SCEP it keeps: capabilities, certificates, algorithms really accepted, how it refuses, polls and questions. It changes nothing there unless it is given a challenge: with one it also enrols, renews, and tries the doors that must be closed. Nothing that the server says is trusted; no file is written but the report.',
  argument: { name: 'url', description: 'of the SCEP server; without a path /cgi-bin/pkiclient.exe is asked' },
  options: [
    new Option('--challenge <text>', 'allows enrolments with it; - reads it from standard input'),
    new Option('--challenge-file <file>', 'the same from a file'),
    new Option('--one-time', 'the challenge is good for one certificate: see that it gets no second one'),
    new Option('--subject <name>', 'subject of the certificates that it asks for').default('CN=chancery-probe'),
    new Option('--out <file>', 'write the report as text there'),
    new Option('--html <file>', 'write it as a page there'),
    new Option('--timeout <seconds>', 'for each answer').default('20'),
  ],
  examples: [
    'chancery scep probe http://ca.example/certsrv/mscep/mscep.dll',
    'chancery scep probe http://127.0.0.1:8080/scep --challenge-file c.txt --one-time --html probe.html',
    'chancery scep probe http://ca.example/scep --json | jq \'.findings[] | select(.verdict == "broken")\'',
  ],
  next: 'docs/conformance.md says what each clause is about.',
  async run(options, terminal, argument) {
    const url = checkServerUrl(argument)
    if (!/^[1-9][0-9]{0,3}$/.test(options.timeout)) {
      throw new CliFailure('failed', `--timeout wants seconds, not "${options.timeout}".`)
    }
    const challenge = await readChallenge(options, terminal)
    if (options.oneTime && challenge === undefined) {
      throw new CliFailure('failed', '--one-time says something about a challenge, and none is given.')
    }
    const progress = progressOn(terminal, options.json === true)
    const report = await probe({
      url,
      fetch: terminal.fetch,
      now: () => terminal.now(),
      subject: options.subject,
      timeoutMilliseconds: Number(options.timeout) * 1000,
      ...(challenge === undefined ? {} : { challenge: new Secret(challenge), oneTime: options.oneTime === true }),
      onProgress: progress.step,
    })
    progress.end()
    if (wasNotReached(report)) {
      throw new CliFailure('network', `${url} cannot be reached.`, {
        nextStep: 'Check the URL, and that the server runs.',
      })
    }
    await tell(report, options, terminal)
    return brokenClauses(report) > 0 ? EXIT.broken.code : EXIT.ok.code
  },
}

async function tell(
  report: ProbeReport,
  options: ProbeVerbOptions & { json?: true },
  terminal: Terminal,
): Promise<void> {
  const text = `${textReport(report).join('\n')}\n`
  if (options.out !== undefined) await writeAtomically(options.out, text, 0o644)
  if (options.html !== undefined) await writeAtomically(options.html, htmlReport(report), 0o644)
  if (options.json) terminal.out(`${JSON.stringify(jsonReport(report), null, 2)}\n`)
  else terminal.out(text)
  for (const file of [options.out, options.html]) if (file !== undefined) terminal.err(`Wrote ${file}.\n`)
}

function brokenClauses({ sections }: ProbeReport): number {
  return sections.flatMap(({ findings }) => findings).filter(({ verdict }) => verdict === 'broken').length
}

/** Where nothing answers, everything is broken and nothing is said. */
function wasNotReached({ sections }: ProbeReport): boolean {
  const [capabilities] = sections
  return capabilities?.findings.some(({ sentence }) => sentence.includes('HTTP 0;')) === true
}
