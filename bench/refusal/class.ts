import { REFUSED_ENVELOPES, type RefusedEnvelope } from '../../tests/refused-envelope.ts'

/** Each says which class it is made like, and must compare with it as it says. */
export const CONTROLS = {
  'the same again': { like: 'wrong RSA padding', differs: false },
  /** The load generator holds their answers back for some microseconds while the clock runs. */
  'held back': { like: 'wrong RSA padding', differs: true },
} as const satisfies Readonly<Record<string, { readonly like: RefusedEnvelope; readonly differs: boolean }>>

export type Control = keyof typeof CONTROLS

/** What is compared: the six refusals, and two controls that say whether the comparison is to be believed. */
export type RefusalClass = RefusedEnvelope | Control

export const REFUSALS = Object.keys(REFUSED_ENVELOPES) as readonly RefusedEnvelope[]
export const CLASSES: readonly RefusalClass[] = [...REFUSALS, ...(Object.keys(CONTROLS) as Control[])]

export function envelopeOf(name: RefusalClass): RefusedEnvelope {
  return name in CONTROLS ? CONTROLS[name as Control].like : (name as RefusedEnvelope)
}
