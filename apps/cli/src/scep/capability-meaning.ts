import { CAPABILITY_MEANINGS, capabilityWord } from '@chancery/scep'

/** A keyword in its proper spelling, and its meaning. */
export function describeCapability(keyword: string): { readonly keyword: string; readonly meaning: string } {
  const word = capabilityWord(keyword)
  if (word === undefined) return { keyword, meaning: 'not known to this client, which ignores it' }
  return { keyword: word, meaning: CAPABILITY_MEANINGS[word] }
}
