/** Why a server does not start, as a sentence with the next step. */
export class StartError extends Error {
  override readonly name = 'StartError'
}
