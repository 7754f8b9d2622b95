import { expect, test } from 'vitest'
import { filesUnder, read } from './repository.ts'

/** Text that ties the repository to one machine. */
const FOREIGN_TEXT: Readonly<Record<string, RegExp>> = {
  'a home directory': /\/(?:home|Users)\/[a-z]+\/|\/root\//,
  'a working directory': /(?<![\w.-])\/work\//,
  'a registry host': /https?:\/\/[\w.-]*(?:registry|npmjs|artifactory|nexus|verdaccio)[\w.-]*[:/]/i,
}

const BINARY = /\.(?:der|p7[bcms]?|crt|cer|key|png|ico|woff2?|bin|crl)$/

test.each(Object.keys(FOREIGN_TEXT))('no file names %s', (what) => {
  const pattern = FOREIGN_TEXT[what] as RegExp
  const named = filesUnder('.')
    .filter((path) => !BINARY.test(path) && path !== 'tests/repo/clean-text.test.ts')
    .filter((path) => pattern.test(read(path)))
  expect(named).toEqual([])
})
