/** What came of an attempt to tell somebody. */
export type Outcome =
  | { readonly outcome: 'delivered' }
  /** To be tried again. */
  | { readonly outcome: 'failed'; readonly trouble: string; readonly notBeforeSeconds?: number }
  /** There is no use in trying again. */
  | { readonly outcome: 'gone'; readonly trouble: string }
