import { run } from './run.ts'
import { processTerminal } from './terminal/terminal.ts'

// `chancery … | head` closes the pipe early; what is under way, an enrolment perhaps, is finished all the same.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error
  })
}

process.exitCode = await run(process.argv.slice(2), processTerminal())
