import { Command, type Option } from 'commander'
import { reportFailure } from './terminal/report-failure.ts'
import type { Terminal } from './terminal/terminal.ts'

/** What every verb describes, so that every help has the same shape: what, options, examples, what next. */
export interface VerbDefinition<Options> {
  readonly name: string
  /** One line for the list of verbs. */
  readonly summary: string
  /** A paragraph for its own help. */
  readonly description: string
  readonly argument?: { readonly name: string; readonly description: string; readonly optional?: true }
  readonly options: readonly Option[]
  readonly examples: readonly string[]
  readonly next: string
  /** More help at the end. */
  readonly epilogue?: string
  /** Gives the exit code. */
  run(options: Options & GlobalOptions, terminal: Terminal, argument: string): Promise<number>
}

export interface GlobalOptions {
  readonly json?: true
}

/** The command of a verb; whatever it throws is told in one way. */
export function verb<Options>(
  definition: VerbDefinition<Options>,
  terminal: Terminal,
  finish: (code: number) => void,
): Command {
  const command = new Command(definition.name).summary(definition.summary).description(definition.description)
  if (definition.argument) {
    const { name, description, optional } = definition.argument
    command.argument(optional ? `[${name}]` : `<${name}>`, description)
  }
  for (const option of definition.options) command.addOption(option)
  command.option('--json', 'print the result as JSON')
  command.addHelpText('after', ending(definition))
  command.action(async (...given: unknown[]) => {
    const options = command.opts() as Options & GlobalOptions
    try {
      finish(await definition.run(options, terminal, definition.argument ? String(given[0] ?? '') : ''))
    } catch (error) {
      finish(reportFailure(error, terminal, options.json === true))
    }
  })
  return command
}

function ending<Options>({ examples, next, epilogue }: VerbDefinition<Options>): string {
  const sections = [
    ['Examples:', ...examples.map((example) => `  ${example}`)].join('\n'),
    `Next: ${next}`,
    ...(epilogue === undefined ? [] : [epilogue]),
  ]
  return `\n${sections.join('\n\n')}\n`
}
