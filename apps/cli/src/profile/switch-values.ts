import type { Compatibility } from '@chancery/api'
import { CliFailure } from '../cli-failure.ts'

const BOOLEAN: Readonly<Record<string, boolean>> = {
  on: true,
  true: true,
  yes: true,
  off: false,
  false: false,
  no: false,
}

/** `singleDes=on emptyContent=empty timeWindowSeconds=600` as values; what a switch may be, the server has said. */
export function readSwitches(given: readonly string[], switches: Compatibility['switches']): Record<string, unknown> {
  return Object.fromEntries(given.map((text) => readSwitch(text, switches)))
}

function readSwitch(text: string, switches: Compatibility['switches']): [string, unknown] {
  const [, name, value] = /^([A-Za-z0-9]+)=(.*)$/.exec(text) ?? []
  const row = switches.find((candidate) => candidate.name === name)
  if (row === undefined || value === undefined) {
    throw new CliFailure('failed', `"${text}" is not NAME=VALUE of a switch.`, {
      nextStep: `The switches are ${switches.map((candidate) => candidate.name).join(', ')}.`,
    })
  }
  switch (row.values.kind) {
    case 'boolean':
      return [row.name, Object.hasOwn(BOOLEAN, value) ? BOOLEAN[value] : value]
    case 'seconds':
      return [row.name, /^[0-9]+$/.test(value) ? Number(value) : value === 'off' ? null : value]
    case 'choice':
      return [row.name, value]
  }
}
