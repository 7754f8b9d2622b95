import { randomUUID } from 'node:crypto'
import { type Answer, json } from '../http/answer.ts'
import type { EmulatorState } from '../state.ts'

/** A logical answer of the service: HTTP 200 whatever the code. */
export function actionResult({ url }: EmulatorState, code: string, errorDescription = ''): Answer {
  const context =
    `${url}/RACerts/StatelessScepRequestValidationService/${randomUUID()}/$metadata` +
    '#microsoft.management.services.scepRequestValidationService.api.scepActionResult'
  return json(200, { '@odata.context': context, code, errorDescription })
}
