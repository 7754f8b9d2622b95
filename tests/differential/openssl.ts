import { spawnSync } from 'node:child_process'
import type { Structure } from './reader.ts'

export const hasOpenssl = spawnSync('openssl', ['version']).status === 0

const COMMANDS: Readonly<Record<Structure, readonly string[]>> = {
  signedData: ['cms', '-cmsout', '-noout', '-inform', 'DER'],
  envelopedData: ['cms', '-cmsout', '-noout', '-inform', 'DER'],
  certificate: ['x509', '-noout', '-inform', 'DER'],
  certificationRequest: ['req', '-noout', '-inform', 'DER'],
  crl: ['crl', '-noout', '-inform', 'DER'],
}

/** A process for each input: asked only where everybody else has spoken. */
export function opensslReads(structure: Structure, input: Buffer): boolean {
  return spawnSync('openssl', COMMANDS[structure], { input }).status === 0
}
