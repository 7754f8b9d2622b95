import { randomInt } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { Secret } from '@chancery/scep'

/** By which people and secret scanners know what it is: /\bchy_[0-9A-Za-z]{38}\b/ */
const PREFIX = 'chy_'
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** 190 bits. */
const RANDOM_CHARACTERS = 32
/** As many as 32 bits need. */
const CHECKSUM_CHARACTERS = 6
const FORM = new RegExp(`^${PREFIX}[${ALPHABET}]{${RANDOM_CHARACTERS + CHECKSUM_CHARACTERS}}$`)

/** A new API token: prefix, random characters, checksum. */
export function newTokenText(): Secret {
  const random = Array.from({ length: RANDOM_CHARACTERS }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  const body = `${PREFIX}${random}`
  return new Secret(`${body}${checksum(body)}`)
}

/** Whether a text means to be a token of ours. */
export function claimsToBeToken(text: string): boolean {
  return text.startsWith(PREFIX)
}

/** Whether it is whole. This says nothing about whether such a token was ever made, and no store has to be asked. */
export function isWholeToken(text: string): boolean {
  const body = text.slice(0, -CHECKSUM_CHARACTERS)
  return FORM.test(text) && text.slice(-CHECKSUM_CHARACTERS) === checksum(body)
}

function checksum(text: string): string {
  let rest = crc32(text)
  let digits = ''
  for (let count = 0; count < CHECKSUM_CHARACTERS; count++) {
    digits = `${ALPHABET[rest % ALPHABET.length]}${digits}`
    rest = Math.floor(rest / ALPHABET.length)
  }
  return digits
}
