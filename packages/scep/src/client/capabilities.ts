/** What a server said it can do: keywords in lower case, whatever their spelling was. */
export type Capabilities = ReadonlySet<string>

/**
 * Reads the body of GetCACaps, whatever its Content-Type, line ends, blanks or letter case (S-3.5.2-11 to -15). Unknown
 * keywords stay in the set and mean nothing. A server without GetCACaps has no capabilities: pass an empty text.
 */
export function parseCapabilities(text: string): Capabilities {
  const keywords = text
    .split(/[\r\n]+/)
    .map((line) => line.trim().toLowerCase())
    .filter((keyword) => keyword !== '')
  return new Set(keywords)
}

/** Whether a capability is there, itself or as a part of SCEPStandard (RFC 8894 §3.5.2). */
export function hasCapability(capabilities: Capabilities, keyword: string): boolean {
  const wanted = keyword.toLowerCase()
  return capabilities.has(wanted) || (IMPLIED.has(wanted) && capabilities.has('scepstandard'))
}

const IMPLIED: ReadonlySet<string> = new Set(['aes', 'postpkioperation', 'sha-256'])
