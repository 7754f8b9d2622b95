/** Clients, or kinds of them, because of which a switch exists. */
export const CLIENTS = {
  strongswan: 'strongSwan pki',
  scepclient: 'micromdm scepclient',
  sscep: 'sscep',
  'go-pkcs7': 'clients built on a pkcs7 library in Go (smallstep, mozilla)',
  certmonger: 'certmonger',
  'openssl-cms': 'scripts around openssl cms',
  'openssl-1.0': 'clients that use OpenSSL 1.0',
  apple: 'Apple devices',
  windows: 'Windows, also under Intune',
  'cisco-ios': 'Cisco IOS',
  mikrotik: 'MikroTik RouterOS',
  juniper: 'Juniper devices',
  chromeos: 'ChromeOS, through the Google connector',
  'ndes-devices': 'devices made for NDES',
  'old-drafts': 'clients written to draft-nourse-scep-18 or earlier',
  'two-keys': 'clients that sign with one key and ask for a certificate of another',
  'bare-certificate': 'devices that read no PKCS #7 in GetCACert',
  'strict-attributes': 'devices that stumble over a signed attribute they do not know',
  clockless: 'devices without a clock',
} as const

export type ClientName = keyof typeof CLIENTS
