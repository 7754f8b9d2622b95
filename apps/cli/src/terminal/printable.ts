/** Text from elsewhere, fit for a terminal: control and formatting characters could move the cursor or hide words (S-3.2.1.4-02). */
export function printable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 2000)
}
