import type { SetupNoun, SetupPlan } from '@chancery/api'

const NOUN: Readonly<Record<SetupNoun, string>> = {
  authority: 'authority',
  raProfile: 'RA profile',
  scepProfile: 'SCEP profile',
}

const SIGN = { create: '+', change: '~', delete: '-' } as const

/** A plan for people: what is made, changed and deleted, what it means, and what the document does not speak of. */
export function planLines({ steps, consequences, unmanaged }: SetupPlan): string[] {
  return [
    ...steps.map(({ action, noun, name, fields }) => {
      const what = `${SIGN[action]} ${action} ${NOUN[noun]} ${name}`
      return fields.length === 0 ? what : `${what}: ${fields.join(', ')}`
    }),
    ...(steps.length === 0 ? ['The server is as the file says.'] : []),
    ...consequences.map((sentence) => `! ${sentence}`),
    ...unmanaged.map(({ noun, name }) => `  not in the file, and left alone: ${NOUN[noun]} ${name}`),
  ]
}
