import type { ProbeReport, ProbeSection, ProbeVerdict } from '@chancery/scep'
import { printable } from '../../terminal/printable.ts'
import { isAuthority } from '../authority.ts'
import { certificateFields } from '../certificate-lines.ts'
import { conclusion, countsOf, sorted } from './summary.ts'

const LABELS: Readonly<Record<ProbeVerdict, string>> = {
  broken: 'broken',
  weak: 'weak',
  unknown: 'not seen',
  note: 'note',
  met: 'ok',
}

/** One file without scripts or anything to fetch: it can be mailed, and opened in ten years. */
export function htmlReport(report: ProbeReport): string {
  const title = `SCEP server ${report.url}`
  const counts = countsOf(report).filter(([, count]) => count > 0)
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${safe(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>${safe(report.url)}</h1>
<p>Looked at on <time>${report.startedAt.toISOString()}</time>. ${safe(conclusion(report))}</p>
<p class="counts">${counts.map(([verdict, count]) => `${badge(verdict)} ${count}`).join(' ')}</p>
</header>
<main>
${report.certificates.length === 0 ? '' : `<section><h2>Certificates</h2>${report.certificates.map(certificate).join('')}</section>`}
${report.sections.map(section).join('\n')}
</main>
</body>
</html>
`
}

function section({ title, skipped, findings }: ProbeSection): string {
  const rows = sorted(findings).map(
    ({ verdict, clauses, sentence }) =>
      `<li>${badge(verdict)}<span>${safe(sentence)} ${clauses.map((clause) => `<code>${safe(clause)}</code>`).join(' ')}</span></li>`,
  )
  const body =
    skipped === undefined ? `<ul>${rows.join('')}</ul>` : `<p class="skipped">Not looked at: ${safe(skipped)}</p>`
  return `<section><h2>${safe(title)}</h2>${body}</section>`
}

function certificate(one: ProbeReport['certificates'][number]): string {
  const { pem: _, ...fields } = certificateFields(one)
  const rows = Object.entries(fields).map(([name, value]) => `<dt>${safe(name)}</dt><dd>${safe(String(value))}</dd>`)
  return `<h3>${isAuthority(one) ? 'CA' : 'RA'}</h3><dl>${rows.join('')}</dl>`
}

function badge(verdict: ProbeVerdict): string {
  return `<b class="${verdict}">${LABELS[verdict]}</b>`
}

/** Everything a server says is text, and stays that. */
function safe(text: string): string {
  const entities: Readonly<Record<string, string>> = {
    '&': '&amp;',
    '<': '&lt;',
    '>': '&gt;',
    '"': '&quot;',
    "'": '&#39;',
  }
  return printable(text).replace(/[&<>"']/g, (character) => entities[character] ?? '')
}

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif }
body { max-width: 56rem; margin: 0 auto; padding: 1.5rem 1rem 4rem }
h1 { font-size: 1.3rem; overflow-wrap: anywhere; margin: 0 }
h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
h3 { font-size: .95rem; margin: 1rem 0 .25rem }
ul { list-style: none; margin: 0; padding: 0 }
li { display: grid; grid-template-columns: 5rem 1fr; gap: .75rem; padding: .3rem 0; align-items: baseline }
b { display: inline-block; min-width: 3.5rem; padding: 0 .5rem; border-radius: .25rem; text-align: center; font-size: .8rem;
  color: #fff; background: #4b5563 }
b.broken { background: #b91c1c } b.weak { background: #92400e } b.met { background: #166534 } b.note { background: #1d4ed8 }
code { font-size: .8rem; opacity: .75; white-space: nowrap }
dl { display: grid; grid-template-columns: 8rem 1fr; gap: 0 .75rem; margin: 0; font-size: .9rem }
dt { opacity: .75 } dd { margin: 0; overflow-wrap: anywhere }
.skipped { opacity: .75 }
@media (max-width: 30rem) { li, dl { grid-template-columns: 1fr; gap: .1rem } dd { margin-bottom: .4rem } }
`
