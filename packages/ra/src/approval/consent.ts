import type { ApprovalRule } from '../profile.ts'
import type { Decision } from './queue.ts'

type Rule = Pick<ApprovalRule, 'approvals' | 'role'>

/** Whether the consent of somebody of this role counts. */
export function mayConsent(role: string | null, rule: Rule): boolean {
  return rule.role === null || role === rule.role || (role ?? ADMINISTRATOR) === ADMINISTRATOR
}

/** Of those who agreed, the ones that count by the rule of now, each of them once. */
export function consentsThatCount(approvals: readonly Decision[], rule: Rule): Decision[] {
  const counted = approvals.filter(({ role }) => mayConsent(role, rule))
  return counted.filter(({ by }, index) => counted.findIndex((other) => other.by === by) === index)
}

/** How many must still agree once this one does; 0 and less: it is enough. */
export function missingAfter(by: string, approvals: readonly Decision[], rule: Rule): number {
  const others = consentsThatCount(approvals, rule).filter((one) => one.by !== by)
  return rule.approvals - others.length - 1
}

const ADMINISTRATOR = 'administrator'
