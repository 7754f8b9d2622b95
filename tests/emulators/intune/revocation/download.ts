import { type Answer, type Call, json } from '../http/answer.ts'
import { badBody } from '../http/bad-body.ts'
import { wrapped } from '../http/body.ts'
import type { EmulatorState } from '../state.ts'
import { offerable, startCoolDown } from './cool-down.ts'
import type { RevocationRequest } from './queue.ts'

const MOST_REQUESTS = 500
const LONGEST_ISSUER = 256

/** `POST …/CertificateAuthorityRequests/downloadRevocationRequests` */
export function downloadRevocationRequests(state: EmulatorState, call: Call, tenant: string): Answer {
  const { maxRequests, issuerName = null } = wrapped(call, 'downloadParameters') ?? {}
  if (
    typeof maxRequests !== 'number' ||
    !Number.isInteger(maxRequests) ||
    maxRequests < 1 ||
    maxRequests > MOST_REQUESTS
  ) {
    return badBody(state, call, `downloadParameters needs maxRequests from 1 to ${MOST_REQUESTS}`)
  }
  if (issuerName !== null && !(typeof issuerName === 'string' && issuerName.length <= LONGEST_ISSUER)) {
    return badBody(state, call, `issuerName is null or at most ${LONGEST_ISSUER} characters`)
  }
  const offered = offer(state, tenant, maxRequests, issuerName)
  startCoolDown(state, tenant, issuerName, offered.length)
  const context =
    'https://manage.microsoft.com/RACerts/StatelessPkiConnectorService/$metadata' +
    '#Collection(microsoft.management.services.api.caRevocationRequest)'
  return json(200, { '@odata.context': context, value: offered.map(shown) })
}

/** The oldest so many, and only of them those that the filter lets through: as it was observed. */
function offer(state: EmulatorState, tenant: string, most: number, issuer: string | null): RevocationRequest[] {
  const { filterOn } = state.flags.revocation
  const oldest = offerable(state, tenant, issuer, state.revocations.open(tenant)).slice(0, most)
  const offered = oldest.filter((one) => issuer === null || issuer === '' || one[filterOn] === issuer)
  for (const one of offered) {
    one.state = 'delivered'
    one.deliveries += 1
    one.deliveredAt = state.clock.now()
  }
  return offered
}

function shown({ requestContext, serialNumber, issuerName, caConfiguration }: RevocationRequest): object {
  return { requestContext, serialNumber, issuerName, caConfiguration }
}
