import type { VerbDefinition } from '../verb.ts'
import { STATES_HELP } from './filter-options.ts'
import { type ListOptions, listOptions, printCertificates } from './list-page.ts'

export const listCertificatesVerb: VerbDefinition<ListOptions> = {
  name: 'list',
  summary: 'list certificates, the newest first',
  description:
    'Lists the certificates that the server has issued, the newest first: all, or those that all filters mean.',
  options: listOptions(),
  examples: [
    'chancery certificate list',
    'chancery certificate list --state valid --expires-before 2027-02-01 --profile factory',
    'chancery certificate list --state held --json',
  ],
  next: '"chancery certificate show" tells all about one, "search" finds by words.',
  epilogue: STATES_HELP,
  run: (options, terminal) => printCertificates(options, terminal),
}
