import { parseCapabilities } from '../../client/capabilities.ts'
import { broken, either, met, note, type ProbeFinding } from '../finding.ts'
import type { ProbeCheck } from '../probe-check.ts'

/** RFC 8894 §3.5.2, and what strongSwan 5.9.8 asks for. */
const KEYWORDS: ReadonlySet<string> = new Set([
  ...['AES', 'DES3', 'GetNextCACert', 'POSTPKIOperation', 'Renewal', 'SHA-1', 'SHA-256', 'SHA-512', 'SCEPStandard'],
  'SHA-384',
])

export const capabilities: ProbeCheck = {
  name: 'capabilities',
  title: 'GetCACaps',
  needs: 'nothing',
  async run(server) {
    const answer = await server.get('operation=GetCACaps')
    if (answer.status !== 200) {
      return [
        broken(
          'S-3.5-01',
          `GetCACaps is answered with HTTP ${answer.status}; clients fall back to SHA-1, 3DES and GET.`,
        ),
      ]
    }
    const text = answer.body.toString('latin1')
    server.capabilities = parseCapabilities(text)
    const lines = text.replace(/\r?\n$/, '').split(/\r?\n/)
    return [
      met('S-3.5-01', `GetCACaps is answered: ${lines.join(', ') || 'nothing'}.`),
      either(
        /^[\x20-\x7e\r\n]*$/.test(text) && !lines.some((line) => /\s/.test(line.trim())),
        'S-3.5.2-01',
        'It has one keyword a line, in ASCII.',
        'It is not one keyword a line, in ASCII.',
      ),
      either(
        answer.contentType?.toLowerCase().startsWith('text/plain') === true,
        'S-3.5.2-14',
        'It is text/plain.',
        `It is labelled ${answer.contentType ?? 'not at all'}, not text/plain; jscep refuses that.`,
      ),
      ...shape(text, lines),
      ...keywords(lines),
    ]
  },
}

function shape(text: string, lines: readonly string[]): ProbeFinding[] {
  const found: ProbeFinding[] = []
  if (text !== '' && lines.includes('')) {
    found.push(broken('S-3.5.2-01', 'It has an empty line, which strongSwan takes for every capability there is.'))
  }
  if (text.includes('\r\n')) {
    found.push(
      note('S-3.5.2-01', 'Lines end in CRLF; a tool of Apple splits at LF and then does not know any keyword.'),
    )
  }
  return found
}

function keywords(lines: readonly string[]): ProbeFinding[] {
  const unknown = lines.filter((line) => line !== '' && !KEYWORDS.has(line) && !line.includes('.'))
  const standard = lines.includes('SCEPStandard')
  const implied = ['AES', 'POSTPKIOperation', 'SHA-256'].filter((keyword) => !lines.includes(keyword))
  return [
    either(
      unknown.length === 0,
      'S-3.5.2-02',
      'Every keyword is spelt as RFC 8894 has it.',
      `${unknown.join(', ')}: no keyword of RFC 8894 in its spelling.`,
    ),
    ...(standard
      ? [met('S-3.5.2-03', 'It says SCEPStandard.')]
      : [note('S-3.5.2-03', 'It does not say SCEPStandard.')]),
    ...(standard && implied.length > 0
      ? [
          broken(
            'S-3.5.2-04',
            `SCEPStandard implies ${implied.join(', ')}, which older clients look for and do not find.`,
          ),
        ]
      : []),
    either(
      lines.some((line) => ['SHA-1', 'SHA-256', 'SHA-512'].includes(line)),
      'S-3.5.2-22',
      'A digest is named, without which iOS does not enrol.',
      'No digest is named; iOS does not enrol then.',
    ),
  ]
}
