import { AdminRefusal } from '../admin-refusal.ts'

/** The schema knows the shape; whether there is such a day it does not. */
export function timeOf(text: string | null | undefined): Date | null {
  if (text === undefined || text === null) return null
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new AdminRefusal(422, ['currentFrom is no day or time that there is.'])
  return time
}
