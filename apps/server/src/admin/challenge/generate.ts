import { randomInt } from 'node:crypto'

/**
 * Digits and capitals that survive being read out and typed: neither 0 nor O, neither 1 nor I nor L, and no U. Every one of
 * them is in PrintableString and means itself in a URL, a shell and a router's command line.
 */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTVWXYZ'

/** 28 symbols of 30 are 137 bits; with the hyphens 31 characters, which fits the 32 that printers' pages allow. */
const GROUPS = 4
const GROUP_LENGTH = 7

/** A new challenge, such as `7K2MPQR-…`: it cannot be guessed and can be typed. */
export function generateChallenge(): string {
  return Array.from({ length: GROUPS }, group).join('-')
}

function group(): string {
  return Array.from({ length: GROUP_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
}
