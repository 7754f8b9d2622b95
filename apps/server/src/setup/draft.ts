import type { SetupNoun } from '@chancery/api'
import { applyEdits, type Configuration, type ConfigurationEdit } from '@chancery/ra'
import { AdminRefusal } from '../admin/admin-refusal.ts'

export const NOUN_IN_WORDS: Readonly<Record<SetupNoun, string>> = {
  authority: 'authority',
  raProfile: 'RA profile',
  scepProfile: 'SCEP profile',
}

/** Edits that are not written yet, and the configuration as it would be after them: what is decided next rests on it. */
export class Draft {
  readonly #now: Date
  readonly #edits: ConfigurationEdit[] = []
  readonly #faults: string[] = []
  #configuration: Configuration

  constructor(configuration: Configuration, now: Date) {
    this.#configuration = configuration
    this.#now = now
  }

  get configuration(): Configuration {
    return this.#configuration
  }

  get edits(): readonly ConfigurationEdit[] {
    return this.#edits
  }

  get faults(): readonly string[] {
    return this.#faults
  }

  /** What is wrong with one thing is told under its name, and the others are looked at nonetheless. */
  async attempt(
    noun: SetupNoun,
    name: string,
    decide: (configuration: Configuration) => readonly ConfigurationEdit[] | Promise<readonly ConfigurationEdit[]>,
  ): Promise<void> {
    try {
      this.add(await decide(this.#configuration))
    } catch (error) {
      if (!(error instanceof AdminRefusal)) throw error
      this.#faults.push(...error.messages.map((message) => `${NOUN_IN_WORDS[noun]} "${name}": ${message}`))
    }
  }

  add(edits: readonly ConfigurationEdit[]): void {
    this.#configuration = applyEdits(this.#configuration, edits, this.#now)
    this.#edits.push(...edits)
  }
}
