/** A JSON body; an empty one is no body. The error names no piece of the text, in which there may be a secret. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw Object.assign(new Error('not JSON'), { statusCode: 400 })
  }
}
