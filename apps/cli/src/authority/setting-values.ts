import { type AuthorityKind, type Client, listAuthorityKinds } from '@chancery/api'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import { readSecret } from '../terminal/secret-input.ts'
import type { Terminal } from '../terminal/terminal.ts'

export interface SettingOptions {
  readonly setting?: readonly string[]
  readonly secret?: readonly string[]
}

export const SETTING_OPTIONS: readonly Option[] = [
  new Option(
    '--setting <name=value...>',
    'settings of its kind, such as crlValidityDays=3; without a value: the default',
  ),
  new Option('--secret <name=file...>', 'secret settings, each from a file, or from standard input with -'),
]

interface Field {
  readonly type?: string
  readonly rule?: string
  readonly writeOnly?: boolean
}

/**
 * Settings as the server takes them: those there are, with the named ones changed.
 * @throws {CliFailure} for a name that the kind does not have, with those it has
 */
export async function readSettings(
  client: Client,
  kind: string,
  { setting = [], secret = [] }: SettingOptions,
  terminal: Terminal,
  before: Readonly<Record<string, unknown>> = {},
): Promise<Record<string, unknown>> {
  const fields = fieldsOf(await client.call(listAuthorityKinds, {}), kind)
  const settings: Record<string, unknown> = { ...before }
  for (const [name, text] of setting.map(pairOf)) {
    const field = find(fields, name, kind)
    if (field.writeOnly) throw new CliFailure('failed', `${name} is a secret: give it with --secret ${name}=FILE.`)
    if (text === '') delete settings[name]
    else settings[name] = typed(name, field, text)
  }
  for (const [name, source] of secret.map(pairOf)) {
    if (!find(fields, name, kind).writeOnly)
      throw new CliFailure('failed', `${name} is no secret: give it with --setting.`)
    settings[name] = source === '' ? null : await readSecret(source, terminal)
  }
  return settings
}

function fieldsOf(kinds: readonly AuthorityKind[], kind: string): Readonly<Record<string, Field>> {
  const found = kinds.find((one) => one.kind === kind)
  if (found !== undefined) {
    return (found.settings as { readonly properties?: Readonly<Record<string, Field>> }).properties ?? {}
  }
  throw new CliFailure('failed', `There is no kind of authority "${kind}".`, {
    nextStep: `There are: ${kinds.map((one) => one.kind).join(', ')}.`,
  })
}

function find(fields: Readonly<Record<string, Field>>, name: string, kind: string): Field {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined
  if (field !== undefined) return field
  throw new CliFailure('failed', `Authorities of kind ${kind} have no setting "${name}".`, {
    nextStep: `They have: ${Object.keys(fields).join(', ') || 'none'}.`,
  })
}

function pairOf(text: string): readonly [string, string] {
  const [, name, value] = /^([A-Za-z0-9]+)=(.*)$/s.exec(text) ?? []
  if (name !== undefined && value !== undefined) return [name, value]
  throw new CliFailure('failed', `"${text.split('=')[0]}" wants a value: name=value.`)
}

/** In the type that the schema has; what is not of it the server refuses in its own words. */
function typed(name: string, { type, rule = '' }: Field, text: string): unknown {
  if (type === 'integer' || type === 'number') {
    if (/^-?[0-9]{1,16}$/.test(text)) return Number(text)
    throw new CliFailure('failed', `${name} ${rule || 'must be a number'}.`)
  }
  if (type === 'boolean' && /^(true|false|on|off)$/.test(text)) return text === 'true' || text === 'on'
  return text
}
