import { decodeGetMessage } from '../../decode-get-message.ts'
import { isReadingFault } from '../node.ts'

/** A GET of SCEP (RFC 8894 §4.1), as a URL, a path, a request line or a line of an access log. */
export interface Query {
  readonly operation: string
  /** The message parameter as written. */
  readonly rawMessage: string | undefined
  /** Octets of a PKIOperation; undefined when there are none. */
  readonly message: Buffer | undefined
  /** Why there are none. */
  readonly fault: string | undefined
}

/** @returns undefined when the text is no such URL */
export function readQuery(text: string): Query | undefined {
  const raw = queryPart(text.trim())
  if (raw === undefined) return undefined
  const operation = decodeURIish(parameter(raw, 'operation') ?? '')
  const rawMessage = parameter(raw, 'message')
  if (operation.toLowerCase() !== 'pkioperation' && !(operation === '' && rawMessage !== undefined)) {
    return { operation, rawMessage, message: undefined, fault: undefined }
  }
  try {
    return { operation, rawMessage, message: decodeGetMessage(raw), fault: undefined }
  } catch (error) {
    if (!isReadingFault(error)) throw error
    return { operation, rawMessage, message: undefined, fault: error.message }
  }
}

/** From the first parameter of ours to the end of the URL; whoever pasted it may have wrapped it over lines. */
function queryPart(text: string): string | undefined {
  if (text.startsWith('<')) return undefined // a page
  const found = /(?:^|[?&\s"'])(?=(?:operation|message)=)/i.exec(text)
  if (found === null) return undefined
  const rest = text.slice(found.index + found[0].length)
  const end = rest.search(/["'<>]|[ \t]HTTP\/1\.[01]/)
  return end === -1 ? rest : rest.slice(0, end)
}

function parameter(query: string, name: string): string | undefined {
  for (const part of query.split('&')) {
    const equals = part.indexOf('=')
    if (equals !== -1 && part.slice(0, equals).trim().toLowerCase() === name) return part.slice(equals + 1).trim()
  }
  return undefined
}

function decodeURIish(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
