/** anyExtendedKeyUsage (RFC 5280 §4.2.1.12): good for everything, also for what nobody thought of. Never issued. */
export const ANY_PURPOSE = '2.5.29.37.0'

/** Purposes that speak for the CA itself or for time: only a template that names them twice has them. */
export const RESTRICTED_PURPOSES: ReadonlyMap<string, string> = new Map([
  ['1.3.6.1.5.5.7.3.9', 'OCSPSigning'],
  ['1.3.6.1.5.5.7.3.8', 'timeStamping'],
])
