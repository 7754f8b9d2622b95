import { Counter, collectDefaultMetrics, Histogram, Registry } from 'prom-client'
import type { Metrics } from './metrics.ts'

/** From a tenth of the fastest answer up to where devices give up. */
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** The figures of one process. `aggregate` adds those of the others, where there are others. */
export function prometheusMetrics(registry: Registry, aggregate: () => Promise<string>): Metrics {
  collectDefaultMetrics({ register: registry })
  const requests = new Counter({
    name: 'chancery_scep_requests_total',
    help: 'SCEP requests by operation and outcome',
    labelNames: ['operation', 'outcome'],
    registers: [registry],
  })
  const durations = new Histogram({
    name: 'chancery_scep_request_seconds',
    help: 'Time from the arrival of a SCEP request to its answer',
    labelNames: ['operation'],
    buckets: SECONDS,
    registers: [registry],
  })
  const legacy = new Counter({
    name: 'chancery_scep_legacy_algorithm_total',
    help: 'SCEP requests that used an algorithm of old clients, by algorithm',
    labelNames: ['algorithm'],
    registers: [registry],
  })
  const ocspAnswers = new Counter({
    name: 'chancery_ocsp_answers_total',
    help: 'OCSP answers by what they say and where they came from: the memo, a new signature, or unsigned (none)',
    labelNames: ['answer', 'from'],
    registers: [registry],
  })
  const ocspNonces = new Counter({
    name: 'chancery_ocsp_nonces_total',
    help: 'OCSP requests with a nonce: repeated in the answer, or left out for want of signatures',
    labelNames: ['outcome'],
    registers: [registry],
  })
  const events = new Counter({
    name: 'chancery_security_event_total',
    help: 'Events that may be an attack',
    labelNames: ['event'],
    registers: [registry],
  })
  const records = new Counter({
    name: 'chancery_decision_records_total',
    help: 'Records of what was decided about SCEP requests, by what became of them',
    labelNames: ['fate'],
    registers: [registry],
  })
  const ofRequest = remembered((operation, outcome) => {
    return { count: requests.labels({ operation, outcome }), duration: durations.labels({ operation }) }
  })
  return {
    scepRequest(operation, outcome, seconds) {
      const { count, duration } = ofRequest(operation, outcome)
      count.inc()
      duration.observe(seconds)
    },
    legacyAlgorithm: (algorithm) => legacy.inc({ algorithm }),
    ocspAnswer: (answer, from) => ocspAnswers.inc({ answer, from }),
    ocspNonce: (outcome) => ocspNonces.inc({ outcome }),
    securityEvent: (event) => events.inc({ event }),
    decisionRecords: (fate, count) => records.inc({ fate }, count),
    async text() {
      return { type: Registry.PROMETHEUS_CONTENT_TYPE, body: await aggregate() }
    },
  }
}

/** To find the figure of some labels costs more than to count: there are few of them, and one is needed for each request. */
function remembered<Figure>(find: (operation: string, outcome: string) => Figure) {
  const found = new Map<string, Figure>()
  return (operation: string, outcome: string): Figure => {
    const key = `${operation} ${outcome}`
    const known = found.get(key) ?? find(operation, outcome)
    found.set(key, known)
    return known
  }
}
