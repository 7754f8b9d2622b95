import type { Terminal } from '../terminal/terminal.ts'

/** What became of the last exchange. */
export interface Observation {
  /** 0 while no answer came. */
  readonly status: number
  readonly error: unknown
}

/** A `fetch` that remembers how its last exchange went: the client library tells only that it failed. */
export function observeFetch(fetch: Terminal['fetch']): { fetch: Terminal['fetch']; last(): Observation } {
  let observation: Observation = { status: 0, error: undefined }
  return {
    last: () => observation,
    async fetch(input, init) {
      observation = { status: 0, error: undefined }
      try {
        const response = await fetch(input, init)
        observation = { status: response.status, error: undefined }
        return response
      } catch (error) {
        observation = { status: 0, error }
        throw error
      }
    },
  }
}
