import type { VerbDefinition } from '../verb.ts'
import { STATES_HELP } from './filter-options.ts'
import { type ListOptions, listOptions, printCertificates } from './list-page.ts'

export const searchCertificatesVerb: VerbDefinition<ListOptions> = {
  name: 'search',
  summary: 'find certificates by words of their names',
  description:
    'Finds certificates that have all of the words, or words that begin so, in subject, subject alternative names or transactionID; or whose serial number or SHA-256 fingerprint begins with one of at least eight digits. The newest first.',
  argument: { name: 'words', description: 'in quotes where there are several; upper and lower case are the same' },
  options: listOptions(),
  examples: [
    'chancery certificate search printer1.example.com',
    'chancery certificate search "floor2 hp" --state valid',
    'chancery certificate search 4a0b61c2',
  ],
  next: '"chancery certificate show" tells all about one.',
  epilogue: STATES_HELP,
  run: (options, terminal, words) => printCertificates(options, terminal, words),
}
