import { capabilityWord } from '../../capability-meaning.ts'
import { hasCapability, parseCapabilities } from '../../client/capabilities.ts'
import type { Facts } from '../facts.ts'
import type { Check } from './check.ts'

/** GetCACaps (RFC 8894 §3.5.2). */
export const CAPABILITIES: readonly Check[] = [
  caps('S-3.5.2-02', 'broken', (text) => {
    const wrong = lines(text).filter((line) => line !== '' && (capabilityWord(line) ?? line) !== line)
    return wrong.length === 0
      ? undefined
      : `Keywords are spelled in their own way: ${wrong.join(', ')}; some clients compare exactly.`
  }),
  caps('S-3.5.2-10', 'note', (text) => {
    const foreign = lines(text).filter((line) => line !== '' && capabilityWord(line) === undefined)
    return foreign.length === 0
      ? undefined
      : `Clients pass over what RFC 8894 does not know: ${foreign.slice(0, 10).join(', ').slice(0, 200)}.`
  }),
  caps('S-3.5.2-01', 'broken', (text) =>
    /[^\x20-\x7e\r\n]/.test(text) ? 'There are characters outside ASCII in it.' : undefined,
  ),
  caps('S-3.5.2-01', 'warning', (text) =>
    /(?:^|\r?\n)[ \t]*\r?\n/.test(text)
      ? 'There is an empty line in it, which strongSwan takes for every capability.'
      : undefined,
  ),
  caps('S-3.5.2-01', 'warning', (text) =>
    /\r\n/.test(text) ? "Lines end in CR LF: Apple's scep tool reads the CR as part of the keyword." : undefined,
  ),
  caps('S-3.5.2-04', 'warning', (text) => {
    const said = new Set(lines(text).map((line) => line.toLowerCase()))
    const implied = ['AES', 'POSTPKIOperation', 'SHA-256'].filter((word) => !said.has(word.toLowerCase()))
    return said.has('scepstandard') && implied.length > 0
      ? `SCEPStandard is listed without ${implied.join(', ')}, for clients that do not know that word.`
      : undefined
  }),
  caps('S-3.5.2-22', 'warning', (text) => {
    const offered = parseCapabilities(text)
    return ['SHA-1', 'SHA-256', 'SHA-512'].some((word) => hasCapability(offered, word))
      ? undefined
      : 'No digest of SHA is offered: clients fall back to MD5, or give up.'
  }),
  caps('S-2.9-01', 'warning', (text) =>
    hasCapability(parseCapabilities(text), 'AES')
      ? undefined
      : 'AES is not offered: clients fall back to 3DES or single DES.',
  ),
  caps('S-3.5.2-03', 'note', (text) =>
    hasCapability(parseCapabilities(text), 'SCEPStandard')
      ? undefined
      : 'SCEPStandard is not offered: a server of before RFC 8894.',
  ),
  caps('S-3.5.2-08', 'note', (text) =>
    hasCapability(parseCapabilities(text), 'Renewal') ? undefined : 'Renewal is not offered: macOS does not renew.',
  ),
]

function caps(clause: string, level: Check['level'], finds: (text: string) => string | undefined): Check {
  return {
    clause,
    level,
    where: 'capabilities',
    of: ['capabilities'],
    finds: ({ input }: Facts) => finds(input.text ?? ''),
  }
}

const lines = (text: string): string[] => text.split(/\r?\n/).map((line) => line.trim())
