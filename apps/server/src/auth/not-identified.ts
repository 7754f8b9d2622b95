import { AdminRefusal } from '../admin/admin-refusal.ts'

/** Why nobody could be made out; for the log, and for what it costs. */
export type NotIdentifiedBecause = 'missing' | 'mistyped' | 'unknown' | 'expired' | 'revoked' | 'idle' | 'userDisabled'

/** 401, with the challenge that RFC 9110 §15.5.2 wants beside it. */
export class NotIdentified extends AdminRefusal {
  readonly because: NotIdentifiedBecause

  constructor(because: NotIdentifiedBecause, message: string, challenge: string) {
    super(401, [message], { 'www-authenticate': challenge })
    this.because = because
  }

  /** Who shows a genuine token that is over guesses nothing, and who shows none does not either. */
  get isGuess(): boolean {
    return this.because === 'mistyped' || this.because === 'unknown'
  }
}
