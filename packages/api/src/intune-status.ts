import { type Static, Type } from 'typebox'
import { NOTHING, nullable, strictObject, uuidParam } from './field.ts'
import { route } from './route.ts'

/** What is tried of a connection to Intune, in this order. */
export const INTUNE_TEST_STEPS = [
  'settings',
  'graphToken',
  'discovery',
  'intuneToken',
  'validation',
  'revocation',
] as const
/** `skipped`: what it needs has failed. */
export const INTUNE_VERDICTS = ['passed', 'warning', 'failed', 'skipped'] as const

export const IntuneTest = Type.Object({
  /** No step has failed. */
  ok: Type.Boolean(),
  steps: Type.Array(
    Type.Object({
      step: Type.String(),
      verdict: Type.Enum(INTUNE_VERDICTS),
      /** What was found, or what is wrong and what to do about it. */
      sentence: Type.String(),
    }),
  ),
  /** Application permissions that were granted with consent, as the tokens say. */
  roles: Type.Object({ graph: Type.Array(Type.String()), intune: Type.Array(Type.String()) }),
  milliseconds: Type.Integer(),
})
export type IntuneTest = Static<typeof IntuneTest>

export const CONTACT_OUTCOMES = ['ok', 'refused', 'failed'] as const

export const IntuneStatus = Type.Object({
  /** How each kind of call went the last time, on whatever server; a kind that was never made is not there. */
  contacts: Type.Array(
    Type.Object({
      /** `token`, `discovery`, `validate`, `notify`, `download`, `upload`. */
      call: Type.String(),
      at: Type.String(),
      /** `refused`: Intune answered, and the answer was no. */
      outcome: Type.Enum(CONTACT_OUTCOMES),
      detail: nullable(Type.String()),
    }),
  ),
  /** Certificates that are issued and not handed out, because Intune has not acknowledged them yet: it is told again. */
  held: Type.Integer(),
  /** Those that Intune could not be told of in time: they were never handed out. */
  unreported: Type.Integer(),
  /** When the client secret or the certificate ends; null: nobody wrote it down. */
  secretExpiresAt: nullable(Type.String()),
  warnings: Type.Array(Type.String()),
})
export type IntuneStatus = Static<typeof IntuneStatus>

const uuid = strictObject({ uuid: uuidParam })

export const testIntune = route({
  method: 'POST',
  path: '/v1/scepProfiles/:uuid/intune/test',
  permission: 'scepProfile.update',
  scoped: true,
  summary: 'Signs in at Entra and looks for Intune as a SCEP profile is set; nothing is issued',
  params: uuid,
  query: NOTHING,
  body: NOTHING,
  answer: { status: 200, type: 'application/json', schema: IntuneTest },
})

export const getIntuneStatus = route({
  method: 'GET',
  path: '/v1/scepProfiles/:uuid/intune/status',
  permission: 'scepProfile.read',
  scoped: true,
  summary: 'How Intune was reached the last time, what it has not acknowledged, and when the secret ends',
  params: uuid,
  query: NOTHING,
  body: undefined,
  answer: { status: 200, type: 'application/json', schema: IntuneStatus },
})
