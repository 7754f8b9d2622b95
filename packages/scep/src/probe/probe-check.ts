import type { ProbeFinding } from './finding.ts'
import type { Server } from './server.ts'

/** What a check must not be run without. */
export type Need =
  | 'nothing'
  /** GetCACert was understood: there is somebody to encrypt to. */
  | 'recipient'
  /** The right to enrol: what may leave a certificate behind on the server. */
  | 'challenge'

/** One thing that is looked at. */
export interface ProbeCheck {
  /** Of the report; never changed. */
  readonly name: string
  readonly title: string
  readonly needs: Need
  run(server: Server): Promise<readonly ProbeFinding[]>
}
