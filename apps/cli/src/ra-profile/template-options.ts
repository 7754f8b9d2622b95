import type { TemplateUpdate } from '@chancery/api'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import { parseDays } from '../terminal/duration.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { readTemplate } from './template-file.ts'

/** The settings of a template that are set most; a file has them all. */
export interface TemplateOptions {
  readonly template?: string
  readonly validity?: string
  readonly validUntil?: string
  readonly subjectFromRequest?: true
  readonly subjectTemplate?: string
  readonly subjectParts?: string
  readonly cnPattern?: readonly string[]
  readonly sanTypes?: string
  readonly dnsPattern?: readonly string[]
  readonly rsaMinimum?: string
  readonly curves?: string
  readonly eku?: string
}

export const templateOptions = (): Option[] => [
  new Option('--template <file>', 'settings of certificates as YAML or JSON, - for standard input'),
  new Option('--validity <days>', 'how long certificates are valid, such as 365d'),
  new Option('--valid-until <time>', 'when all certificates end, such as 2027-12-31T23:59:59Z; none: by --validity'),
  new Option('--subject-from-request', 'take the subject as it is asked for').conflicts([
    'subjectTemplate',
    'subjectParts',
  ]),
  new Option('--subject-template <text>', "make the subject, such as 'CN={request.CN},O=Example'").conflicts(
    'subjectParts',
  ),
  new Option('--subject-parts <text>', "put these in place of what is asked for, such as 'O=Example,C=DE'"),
  new Option('--cn-pattern <pattern...>', 'common names that are taken, such as printer-*; none: all'),
  new Option('--san-types <types>', 'types of names that are granted: dns,email,uri,ip,upn, or none'),
  new Option('--dns-pattern <pattern...>', 'DNS names that are taken, such as *.example.com; none: all'),
  new Option('--rsa-minimum <bits>', 'shortest RSA key'),
  new Option('--curves <curves>', 'curves of EC keys: P-256,P-384,P-521, or none'),
  new Option('--eku <purposes>', 'purposes, such as clientAuth,serverAuth'),
]

/** What the options say; undefined: nothing about certificates. An option wins over the file. */
export async function templateOf(options: TemplateOptions, terminal: Terminal): Promise<TemplateUpdate | undefined> {
  const file = options.template === undefined ? {} : await readTemplate(options.template, terminal)
  const { subject: ofSubject, subjectAltNames: ofNames, keys: ofKeys, ...certificate } = optionsOf(options)
  const subject = { ...file.subject, ...ofSubject }
  const subjectAltNames = {
    ...file.subjectAltNames,
    ...ofNames,
    ...merged('patterns', file.subjectAltNames?.patterns, ofNames?.patterns),
  }
  const keys = { ...file.keys, ...ofKeys }
  const update: TemplateUpdate = {
    ...file,
    ...certificate,
    ...(Object.keys(subject).length > 0 && { subject }),
    ...(Object.keys(subjectAltNames).length > 0 && { subjectAltNames }),
    ...(Object.keys(keys).length > 0 && { keys }),
  }
  return Object.keys(update).length === 0 ? undefined : update
}

function optionsOf(options: TemplateOptions): TemplateUpdate {
  const { validity, validUntil, subjectFromRequest, subjectTemplate, subjectParts, cnPattern } = options
  const { sanTypes, dnsPattern, rsaMinimum, curves, eku } = options
  return {
    subject: {
      ...(subjectFromRequest && { from: 'request' }),
      ...(subjectTemplate !== undefined && { from: 'template', template: subjectTemplate }),
      ...(subjectParts !== undefined && { from: 'parts', parts: subjectParts }),
      ...(cnPattern !== undefined && { commonNamePatterns: listOf(cnPattern) }),
    },
    subjectAltNames: {
      // What is no such word the server says in a sentence of its own.
      ...(sanTypes !== undefined && { types: words<'dns'>(sanTypes) }),
      ...(dnsPattern !== undefined && { patterns: { dns: listOf(dnsPattern) } }),
    },
    keys: {
      ...(rsaMinimum !== undefined && { rsaMinimumBits: bits(rsaMinimum) }),
      ...(curves !== undefined && { curves: words<'P-256'>(curves) }),
    },
    ...(validity !== undefined && { validityDays: parseDays(validity) }),
    ...(validUntil !== undefined && { validUntil: validUntil === 'none' ? null : validUntil }),
    ...(eku !== undefined && { extendedKeyUsage: words(eku) }),
  }
}

function merged<T extends object>(name: string, ...parts: (T | undefined)[]): Record<string, T> {
  return parts.every((part) => part === undefined) ? {} : { [name]: Object.assign({}, ...parts) as T }
}

function listOf(texts: readonly string[]): string[] {
  return texts.length === 1 && texts[0] === 'none' ? [] : [...texts]
}

function words<Word extends string = string>(text: string): Word[] {
  return text === 'none' ? [] : (text.split(',').map((word) => word.trim()) as Word[])
}

function bits(text: string): number {
  if (/^[0-9]{3,5}$/.test(text)) return Number(text)
  throw new CliFailure('failed', `"${text}" is not a number of bits.`, { nextStep: 'Write it as 3072.' })
}
