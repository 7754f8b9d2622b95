import { Command, CommanderError } from 'commander'
import { EXIT, exitCodeHelp } from './exit-code.ts'
import { NOUNS } from './nouns.ts'
import type { Terminal } from './terminal/terminal.ts'
import { verb } from './verb.ts'

/** Runs one command line and gives its exit code; nothing here touches the process. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  let code: number = EXIT.ok.code
  const finish = (of: number): void => {
    code = of
  }
  const program = new Command('chancery')
    .description('Chancery enrols devices over SCEP: administration of a server, and a SCEP client.')
    .addHelpText('after', `\n${EPILOGUE}\n`)
  for (const { name, summary, verbs } of NOUNS) {
    const noun = program.command(name).description(summary)
    for (const one of verbs) noun.addCommand(verb(one, terminal, finish))
  }
  for (const command of everyCommand(program)) {
    command.exitOverride().configureOutput({ writeOut: terminal.out, writeErr: terminal.err })
    command.showHelpAfterError(`See "chancery ${pathOf(command)}--help".`)
  }
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok.code : EXIT.failed.code
    throw error
  }
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

function pathOf(command: Command): string {
  return command.parent === null ? '' : `${pathOf(command.parent)}${command.name()} `
}

const EPILOGUE = `A first certificate, beside a running server:
  chancery challenge create
  chancery scep enrol URL --subject 'CN=device1' --challenge CHALLENGE --ca-fingerprint HEX --out device1

Verbs that administer speak to the server whose data directory is CHANCERY_DATA_DIR (default ./data), over its socket;
with --server URL and CHANCERY_TOKEN to any other.

${exitCodeHelp()}`
