/** anyExtendedKeyUsage (RFC 5280 §4.2.1.12): good for everything, also for what nobody thought of. Never issued. */
export const ANY_PURPOSE = '2.5.29.37.0'

/** The same among certificate policies (RFC 5280 §4.2.1.4). */
export const ANY_POLICY = '2.5.29.32.0'

/** id-kp-OCSPSigning (RFC 6960 §4.2.2.2). */
export const OCSP_SIGNING = '1.3.6.1.5.5.7.3.9'

interface Purpose {
  readonly name: string
  /** Why only a template that names it twice has it. */
  readonly restricted?: string
}

/** Purposes with a name, by OID; those without a name of ours are no less good. */
export const PURPOSES: ReadonlyMap<string, Purpose> = new Map<string, Purpose>([
  ['1.3.6.1.5.5.7.3.1', { name: 'serverAuth' }],
  ['1.3.6.1.5.5.7.3.2', { name: 'clientAuth' }],
  ['1.3.6.1.5.5.7.3.3', { name: 'codeSigning', restricted: 'what its key signs runs on other machines' }],
  ['1.3.6.1.5.5.7.3.4', { name: 'emailProtection' }],
  ['1.3.6.1.5.5.7.3.8', { name: 'timeStamping', restricted: 'its key vouches for the time of others' }],
  [OCSP_SIGNING, { name: 'OCSPSigning', restricted: 'its key speaks for the CA on what is revoked' }],
  ['1.3.6.1.5.5.7.3.13', { name: 'eapOverPPP' }],
  ['1.3.6.1.5.5.7.3.14', { name: 'eapOverLAN' }],
  ['1.3.6.1.5.5.7.3.17', { name: 'ipsecIKE' }],
  ['1.3.6.1.5.5.8.2.2', { name: 'ikeIntermediate' }],
  ['1.3.6.1.5.2.3.4', { name: 'pkinitClientAuth', restricted: 'it logs on to Kerberos as the name in it' }],
  ['1.3.6.1.5.2.3.5', { name: 'pkinitKDC', restricted: 'its key is taken for a domain controller' }],
  ['1.3.6.1.4.1.311.20.2.2', { name: 'smartcardLogon', restricted: 'it logs on to Windows as the name in it' }],
  ['1.3.6.1.4.1.311.20.2.1', { name: 'enrolmentAgent', restricted: 'its key may ask for certificates of others' }],
])

/** Purposes that speak for more than a device: only a template that names them twice has them. */
export const RESTRICTED_PURPOSES: ReadonlyMap<string, string> = new Map(
  [...PURPOSES].flatMap(([oid, { name, restricted }]) => (restricted === undefined ? [] : [[oid, name]])),
)
