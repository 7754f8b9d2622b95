import { readFile } from 'node:fs/promises'
import { CA_KEY_TYPES, type CaKeyType, type NewCa } from '@chancery/api'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import { readSecret } from '../terminal/secret-input.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { numberOf } from './number-of.ts'

export interface NewCaOptions {
  readonly root?: true
  readonly subordinate?: true
  readonly pkcs12?: string
  readonly pem?: string
  readonly chain?: string
  readonly privateKey?: string
  readonly passwordFile?: string
  readonly subject?: string
  readonly key?: CaKeyType
  readonly years?: string
  readonly pathLength?: string
}

export const keyOption = (what: string) => new Option('--key <type>', what).choices([...CA_KEY_TYPES])

export const NEW_CA_OPTIONS: readonly Option[] = [
  new Option('--root', 'make a self-signed CA, with --subject'),
  new Option('--subordinate', 'make a key and a request for another CA to sign, with --subject'),
  new Option('--pkcs12 <file>', 'take a CA that exists, with its key and chain'),
  new Option('--pem <file>', 'take a CA that exists: its certificate, and --private-key'),
  new Option('--chain <file>', 'certificates above that one, where --pem does not hold them'),
  new Option('--private-key <file>', 'the key of --pem, as PEM'),
  new Option('--password-file <file>', 'what opens the file or the key: its first line, or standard input with -'),
  new Option('--subject <name>', "of a new CA, such as 'CN=Example CA,O=Example'"),
  keyOption('key of a new CA (default: rsa-3072)'),
  new Option('--years <n>', 'how long a root is valid (default: 10)'),
  new Option('--path-length <n>', 'how many CAs may stand below a root, one under the other (default: any number)'),
]

const WAYS = ['root', 'subordinate', 'pkcs12', 'pem'] as const

/** Undefined for a kind whose CA is elsewhere, when nothing is said about one. */
export async function newCaOf(options: NewCaOptions, terminal: Terminal): Promise<NewCa | undefined> {
  const ways = WAYS.filter((way) => options[way] !== undefined)
  if (ways.length > 1)
    throw new CliFailure('failed', `${ways.map((way) => `--${way}`).join(' and ')} exclude each other.`)
  const { subject, key, years, pathLength } = options
  const fields = {
    ...(subject !== undefined && { subject }),
    ...(key !== undefined && { keyType: key }),
    ...(years !== undefined && { validityYears: numberOf('--years', years) }),
    ...(pathLength !== undefined && { pathLength: numberOf('--path-length', pathLength) }),
  }
  if (options.root || options.subordinate) return { create: options.root ? 'root' : 'subordinate', ...fields }
  if (options.pkcs12 === undefined && options.pem === undefined) {
    return Object.keys(fields).length === 0 ? undefined : fields
  }
  return { ...fields, import: await importOf(options, terminal) }
}

async function importOf(options: NewCaOptions, terminal: Terminal): Promise<NonNullable<NewCa['import']>> {
  const { pkcs12, pem, chain, privateKey, passwordFile } = options
  const text = async (path: string | undefined) =>
    path === undefined ? undefined : (await contentsOf(path)).toString()
  const file = {
    pkcs12: pkcs12 === undefined ? undefined : (await contentsOf(pkcs12)).toString('base64'),
    certificate: await text(pem),
    chain: await text(chain),
    privateKey: await text(privateKey),
    password: passwordFile === undefined ? undefined : await readSecret(passwordFile, terminal),
  }
  return Object.fromEntries(Object.entries(file).filter(([, value]) => value !== undefined))
}

export async function contentsOf(path: string): Promise<Buffer> {
  try {
    return await readFile(path)
  } catch (cause) {
    throw new CliFailure('failed', `${path} cannot be read: ${(cause as Error).message}`, { cause })
  }
}
