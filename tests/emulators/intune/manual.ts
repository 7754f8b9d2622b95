import type { IntuneEmulator } from './emulator.ts'

/** What one needs to know of a running emulator, to be read on a terminal. */
export function manual(emulator: IntuneEmulator): string {
  const { url, tenant, app, secret, environment } = emulator
  const settings = Object.entries(environment).map(([name, value]) => `  ${name}=${value}`)
  return `The Intune emulator listens on ${url}. Ctrl-C ends it; nothing is kept.

Start Chancery with
${settings.join('\n')}

and give a SCEP profile with Intune
  tenant           ${tenant.id}
  application id   ${app.clientId}
  client secret    ${secret}

A device that Intune manages enrols (SCEP_URL is the one of that profile; --windows --oaep --get for other devices):
  npm run intune-emulator -- enrol SCEP_URL --port ${new URL(url).port}

What Intune does
  curl ${url}/__control/state
  curl ${url}/__control/violations
  curl '${url}/__control/requests?endpoint=validate'
  curl -d '{"subject":"CN=laptop","san":["DNS:laptop.example"],"characters":4096}' ${url}/__control/challenges
  curl -d '{"which":"DEVICE-ID, THUMBPRINT OR SERIAL"}' ${url}/__control/revocations
  curl -d '{"minutes":61}' ${url}/__control/clock
  curl -d '{"endpoint":"success","times":2,"fault":{"kind":"status","status":500}}' ${url}/__control/faults
  curl -X DELETE ${url}/__control/faults
  curl -d '{"revocation":{"coolDown":"off"}}' ${url}/__control/flags
  curl -X POST ${url}/__control/move
`
}
