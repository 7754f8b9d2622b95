import type { EnrolmentRequest } from '../enrolment-request.ts'

/** One rule: returns when the request keeps it, throws a ScepError with the reason when it does not. */
export type Check = (request: EnrolmentRequest) => void
