import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { filesUnder, read } from './repository.ts'

const SOURCE = filesUnder('apps/server/src/metrics').map(read).join('\n')
const NAMES = [...SOURCE.matchAll(/'(chancery_[a-z_]+)'/g)].map(([, name]) => name as string)
const PAGE = read('docs/operate/metrics.md')

test('there are figures, and each has its row on the page', () => {
  expect(NAMES.length).toBeGreaterThan(10)
  expect(NAMES.filter((name) => !PAGE.includes(`\`${name}\``))).toEqual([])
})

test.each([
  'docs/operate/metrics.md',
  'docs/operate/prometheus-alerts.yaml',
  'docs/operate/grafana-dashboard.json',
  'docs/operate/alerts.md',
])('%s asks for no figure that there is not', (file) => {
  const used = [...read(file).matchAll(/chancery_[a-z_]+/g)].map(([name]) => name)
  expect(used.length).toBeGreaterThan(3)
  const known = new Set([...NAMES, ...NAMES.map((name) => `${name}_bucket`)])
  expect(used.filter((name) => !known.has(name))).toEqual([])
})

test('every alert says in a sentence what is wrong, and how badly', () => {
  const { groups } = parse(read('docs/operate/prometheus-alerts.yaml')) as {
    groups: {
      rules: { alert: string; expr: string; labels: { severity: string }; annotations: { summary: string } }[]
    }[]
  }
  const rules = groups.flatMap((group) => group.rules)
  expect(rules.length).toBeGreaterThan(8)
  for (const { alert, expr, labels, annotations } of rules) {
    expect(alert).toMatch(/^Chancery[A-Z]/)
    expect(expr.length).toBeGreaterThan(10)
    expect(['critical', 'warning', 'info']).toContain(labels.severity)
    expect(annotations.summary).toMatch(/\.$/)
  }
})

test('the dashboard is one that Grafana takes: panels with a title, a place and a question each', () => {
  const { panels } = JSON.parse(read('docs/operate/grafana-dashboard.json')) as {
    panels: { id: number; title: string; gridPos: object; targets: { expr: string }[] }[]
  }
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
  for (const { title, targets } of panels) {
    expect(title).not.toBe('')
    expect(targets.every(({ expr }) => expr !== '')).toBe(true)
  }
})
