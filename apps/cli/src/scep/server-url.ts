import { CliFailure } from '../cli-failure.ts'

/** The URL of a SCEP server, checked before anything is made. */
export function checkServerUrl(text: string): string {
  const candidate = text.includes('://') ? text : `http://${text}`
  if (URL.canParse(candidate) && /^https?:$/.test(new URL(candidate).protocol)) return candidate
  throw new CliFailure('failed', `"${text}" is not the URL of a SCEP server.`, {
    nextStep: 'Write it as http://host/path; without a path /cgi-bin/pkiclient.exe is asked.',
  })
}
