import type { IntuneRule, Secret } from '@chancery/ra'

/** The settings of a profile that has Intune on. */
export interface IntuneSettings {
  readonly rule: IntuneRule
  readonly key: Secret | undefined
}

/** What came of trying a connection, step by step. */
export interface IntuneTrial {
  readonly steps: readonly {
    readonly step: string
    readonly verdict: 'passed' | 'warning' | 'failed' | 'skipped'
    readonly sentence: string
  }[]
  readonly roles: { readonly graph: readonly string[]; readonly intune: readonly string[] }
}

/** Microsoft, as the administration asks it. */
export interface IntuneAccess {
  /** Key of the voucher; undefined: the settings cannot be used. */
  voucherOf(rule: IntuneRule): string | undefined
  test(settings: IntuneSettings): Promise<IntuneTrial>
}
