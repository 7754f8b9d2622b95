import { AdminRefusal } from './admin-refusal.ts'

/** A JSON body; an empty one is no body. The refusal repeats no piece of the text, in which there may be a secret. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new AdminRefusal(400, ['The body is not valid JSON.'])
  }
}
