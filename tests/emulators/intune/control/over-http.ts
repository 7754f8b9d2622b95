import type { Static, TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { type Answer, type Call, json } from '../http/answer.ts'
import { ENDPOINTS } from '../service.ts'
import type { IntuneControl } from './control.ts'
import { playDevice } from './enrol.ts'
import { ADVANCE, CHALLENGE_WISH, ENROLMENT, INJECTION, RAW_REVOCATION, REVOCATION_WISH } from './input.ts'

type Action = (control: IntuneControl, call: Call) => unknown

/** `/__control/…`: the same for whoever has curl, bodies and answers in JSON. */
const ACTIONS: Readonly<Record<string, Action>> = {
  'GET state': (control) => ({
    now: control.now().toISOString(),
    tenant: control.tenant.id,
    applicationId: control.app.clientId,
    flags: control.flags,
    challenges: control.challenges(),
    certificates: control.certificates(),
    revocations: control.revocations(),
  }),
  'GET violations': (control) => control.violations(),
  'GET requests': (control, { query }) =>
    control.requests(ENDPOINTS.find((endpoint) => endpoint === query.get('endpoint'))),
  'POST challenges': (control, call) => control.challenge(control.issueChallenge(input(CHALLENGE_WISH, call))),
  'POST enrolments': (control, call) => playDevice(control, input(ENROLMENT, call)),
  'POST revocations': (control, call) => control.revoke(input(REVOCATION_WISH, call).which),
  'POST raw-revocations': (control, call) => control.enqueueRaw(input(RAW_REVOCATION, call)),
  'POST clock': (control, call) => {
    control.advance(input(ADVANCE, call).minutes * 60_000)
    return { now: control.now().toISOString() }
  },
  'POST faults': (control, call) => {
    control.inject(input(INJECTION, call))
    return {}
  },
  'DELETE faults': (control) => {
    control.clearFaults()
    return {}
  },
  'POST flags': (control, call) => {
    control.setFlags(bodyOf(call) ?? {})
    return control.flags
  },
  'POST move': (control) => {
    control.moveTenant()
    return { unit: control.tenant.unit }
  },
}

export async function controlOverHttp(control: IntuneControl, call: Call): Promise<Answer> {
  const name = `${call.method} ${call.path.slice('/__control/'.length)}`
  const action = Object.hasOwn(ACTIONS, name) ? ACTIONS[name] : undefined
  if (action === undefined) return json(404, { error: `there is ${Object.keys(ACTIONS).join(', ')}` })
  try {
    return json(200, await action(control, call))
  } catch (error) {
    return json(400, { error: error instanceof Error ? error.message : String(error) })
  }
}

/** @throws {Error} that names what is wrong with the body */
function input<T extends TSchema>(schema: T, call: Call): Static<T> {
  const body: unknown = bodyOf(call) ?? {}
  if (Value.Check(schema, body)) return body
  const [first] = Value.Errors(schema, body)
  throw new Error(`the body is not as it should be: ${first?.instancePath ?? ''} ${first?.message ?? ''}`)
}

const bodyOf = ({ body }: Call): object | null => (body.length === 0 ? null : JSON.parse(body.toString()))
