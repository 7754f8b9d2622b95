/** Compatibility settings that an administrator must correct; all faults at once. */
export class CompatibilityError extends Error {
  readonly code = 'ERR_SCEP_COMPATIBILITY'
  override readonly name = 'CompatibilityError'
  readonly faults: readonly string[]

  constructor(faults: readonly string[]) {
    super(faults.join('; '))
    this.faults = faults
  }
}
