import {
  ADVICE,
  CLIENT_NEEDS,
  CLIENTS,
  type ClientName,
  COMPATIBILITY,
  type CompatibilityName,
  resolveSwitches,
  SWITCHES,
  type SwitchName,
  switchValueText,
} from '@chancery/scep'

export const PAGE = 'docs/operate/compatibility.md'

const INTRODUCTION = `# Compatibility

A SCEP profile has a compatibility profile, a named set of switches, and may turn single switches differently:

\`\`\`sh
npx chancery profile show                                    # every switch: its value, its meaning, for whom it is there
npx chancery profile set --compatibility cisco-ios
npx chancery profile set --switch emptyContent=empty aesGcm=on
npx chancery profile set --reset-switches
\`\`\`

It counts from the next request on. Devices of several kinds do best with a SCEP profile each, so that what one of them needs is
not open to all. MD5 and RC2 have no switch. What legacy algorithms are still in use stands in the log (\`legacy\`) and in
\`chancery_scep_legacy_algorithm_total\`.

Written by \`npm run compatibility\` from the tables in packages/scep/src/compatibility; not to be edited.
`

/** The whole of docs/operate/compatibility.md: clients, named sets, switches. */
export function renderPage(): string {
  return [INTRODUCTION, clients(), sets(), switches()].join('\n')
}

function clients(): string {
  const rows = (Object.keys(CLIENTS) as ClientName[]).map((client) => {
    const { profile, switches: turned = {} } = ADVICE[client]
    const needs = CLIENT_NEEDS.filter((need) => need.client === client).map(
      (need) => `${setting(need.switch, need.value)}: ${need.because}`,
    )
    const beside = Object.entries(turned).map(([name, value]) => setting(name, value))
    return row([CLIENTS[client], [`\`${profile}\``, ...beside].join(', '), needs.join('; ')])
  })
  return section('Which client needs what', ['client', 'set, and what to turn beside it', 'because'], rows)
}

function sets(): string {
  const usual: Readonly<Record<string, unknown>> = resolveSwitches('default')
  const rows = (Object.keys(COMPATIBILITY) as CompatibilityName[]).map((name) => {
    const differing = Object.entries(resolveSwitches(name)).filter(([key, value]) => usual[key] !== value)
    const listed = differing.map(([key, value]) => setting(key, value)).join(', ')
    return row([`\`${name}\``, COMPATIBILITY[name].description, listed || 'nothing'])
  })
  return section('Named sets', ['set', 'what it is', 'differs from `default` in'], rows)
}

function switches(): string {
  const rows = (Object.keys(SWITCHES) as SwitchName[]).map((name) => {
    const { description, default: usual } = SWITCHES[name]
    return row([`\`${name}\``, valuesOf(name), switchValueText(usual), description])
  })
  return section('Switches', ['switch', 'may be', '`default`', 'meaning'], rows)
}

function valuesOf(name: SwitchName): string {
  const { values } = SWITCHES[name]
  switch (values.kind) {
    case 'boolean':
      return 'on, off'
    case 'choice':
      return values.of.join(', ')
    case 'seconds':
      return `off, ${values.minimum} to ${values.maximum}`
  }
}

const setting = (name: string, value: unknown): string => `\`${name}=${switchValueText(value)}\``
const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`

function section(title: string, columns: readonly string[], rows: readonly string[]): string {
  return `${[`## ${title}`, '', row(columns), row(columns.map(() => '---')), ...rows].join('\n')}\n`
}
