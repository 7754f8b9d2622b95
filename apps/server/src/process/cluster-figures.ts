import { isOurs, type ToWorker } from './messages.ts'

const PATIENCE_MILLISECONDS = 10_000

/** Asks the primary for the figures of all workers: a scraper reaches any one of them. */
export function clusterFigures(): () => Promise<string> {
  const waiting = new Map<number, (text: string | undefined) => void>()
  let last = 0
  process.on('message', (message) => {
    if (!isOurs<ToWorker>(message) || message.chancery !== 'metrics') return
    waiting.get(message.ticket)?.(message.text)
    waiting.delete(message.ticket)
  })
  return () =>
    new Promise((resolve, reject) => {
      const ticket = ++last
      const timer = setTimeout(() => {
        waiting.delete(ticket)
        reject(new Error('the primary process did not answer'))
      }, PATIENCE_MILLISECONDS)
      waiting.set(ticket, (text) => {
        clearTimeout(timer)
        if (text === undefined) reject(new Error('the figures of some process are missing'))
        else resolve(text)
      })
      process.send?.({ chancery: 'metrics', ticket })
    })
}
