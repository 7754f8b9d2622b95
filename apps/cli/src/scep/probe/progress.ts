import type { ProbeProgress } from '@chancery/scep'
import type { Terminal } from '../../terminal/terminal.ts'

const WIDTH = 20

/** One line that grows, where a person is looking; nothing where a script reads. */
export function progressOn(terminal: Terminal, quiet: boolean): { step(progress: ProbeProgress): void; end(): void } {
  if (quiet) return { step: () => undefined, end: () => undefined }
  const interactive = terminal.isInteractive
  const erase = interactive ? '\r\u001b[K' : ''
  return {
    step({ done, of, title }) {
      const filled = Math.round((done / of) * WIDTH)
      const bar = `${'#'.repeat(filled)}${'.'.repeat(WIDTH - filled)}`
      terminal.err(`${erase}[${bar}] ${done + 1}/${of} ${title} …${interactive ? '' : '\n'}`)
    },
    end() {
      terminal.err(erase)
    },
  }
}
