import { AdminRefusal } from './admin-refusal.ts'

/** More than any body of the contract needs, and little enough for whatever walks through a value. */
const DEEPEST = 32

/** A JSON body; an empty one is no body. The refusal repeats no piece of the text, in which there may be a secret. */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined
  if (depthOf(text) > DEEPEST) throw new AdminRefusal(400, [`The body is nested more than ${DEEPEST} levels deep.`])
  try {
    return JSON.parse(text)
  } catch {
    throw new AdminRefusal(400, ['The body is not valid JSON.'])
  }
}

/** How deep brackets are open at once, those in strings left out. */
function depthOf(text: string): number {
  let [depth, deepest, inString] = [0, 0, false]
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (inString && character === '\\') index++
    else if (character === '"') inString = !inString
    else if (!inString && (character === '{' || character === '[')) deepest = Math.max(deepest, ++depth)
    else if (!inString && (character === '}' || character === ']')) depth--
  }
  return deepest
}
