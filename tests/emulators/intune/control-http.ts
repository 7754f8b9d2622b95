import type { IntuneControl } from './control.ts'
import { type Answer, type Call, json } from './http/answer.ts'

/** `/__control/…`: the same for whoever has curl. */
export async function controlOverHttp(control: IntuneControl, { method, path }: Call): Promise<Answer> {
  if (method === 'GET' && path === '/__control/violations') return json(200, control.violations())
  return json(404, { error: `there is no ${method} ${path}` })
}
