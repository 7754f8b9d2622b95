import { CLIENTS, type ClientName } from './client.ts'
import { SWITCHES, type SwitchName } from './switch.ts'

/** One switch that a client needs at one value. */
export interface ClientNeed {
  readonly client: ClientName
  readonly switch: SwitchName
  readonly value: unknown
  readonly because: string
}

/** All of them, by switch and then by client. */
export const CLIENT_NEEDS: readonly ClientNeed[] = Object.entries(SWITCHES).flatMap(([name, { neededBy }]) =>
  Object.entries(neededBy).map(([client, need]) => ({
    client: client as ClientName,
    switch: name as SwitchName,
    ...need,
  })),
)

/** Why a switch exists, in one line for people. */
export function neededByText(name: SwitchName): string {
  return CLIENT_NEEDS.filter((need) => need.switch === name)
    .map(({ client, value, because }) => `${CLIENTS[client]} (${switchValueText(value)}): ${because}`)
    .join('; ')
}

/** A value as the command line shows and takes it. */
export function switchValueText(value: unknown): string {
  if (typeof value === 'boolean') return value ? 'on' : 'off'
  return value === null ? 'off' : String(value)
}
