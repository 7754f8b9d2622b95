/** Characters that hide the rest of a name from a reader: C0, DEL, C1, line separators and bidirectional overrides. */
export function hasControlCharacter(text: string): boolean {
  return /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(text)
}
