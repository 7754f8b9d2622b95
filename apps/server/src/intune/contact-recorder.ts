import type { Store, VoucherContact } from '@chancery/store'
import type { Logger } from 'pino'

const FLUSH_MILLISECONDS = 1000

/**
 * How those who vouch for requests were reached by this process: the last contact of each kind is written at most once a
 * second, behind the answers, so that an enrolment waits for nothing. What a kill takes away is that second.
 */
export class ContactRecorder {
  readonly #contacts: Store['voucherContacts']
  readonly #log: Pick<Logger, 'warn'>
  readonly #newest = new Map<string, VoucherContact>()
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor({ voucherContacts }: Pick<Store, 'voucherContacts'>, log: Pick<Logger, 'warn'>) {
    this.#contacts = voucherContacts
    this.#log = log
  }

  note({ voucher, call, at, outcome, detail }: VoucherContact): void {
    this.#newest.set(`${voucher} ${call}`, { voucher, call, at, outcome, detail })
    this.#timer ??= setTimeout(() => void this.flush(), FLUSH_MILLISECONDS).unref()
  }

  /** Writes what there is; of what cannot be written nothing is kept, for the next contact says more. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const contacts = [...this.#newest.values()]
    this.#newest.clear()
    this.#writing = this.#writing.then(() => this.#write(contacts))
    return this.#writing
  }

  async #write(contacts: readonly VoucherContact[]): Promise<void> {
    if (contacts.length === 0) return
    try {
      await this.#contacts.note(contacts)
    } catch (error) {
      this.#log.warn({ err: error }, 'how Intune was reached could not be written')
    }
  }
}
