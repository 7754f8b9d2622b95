import type { InspectionNode } from '@chancery/scep'
import type { Paint } from '../../terminal/paint.ts'
import { printable } from '../../terminal/printable.ts'
import { wrap } from '../../terminal/wrap.ts'

interface Look {
  readonly width: number
  readonly paint: Paint
  /** Characters for the offset at the left. */
  readonly gutter: number
}

/** Lines of the tree, each with its offset at the left, as `openssl asn1parse` has it. */
export function treeLines(roots: readonly InspectionNode[], width: number, paint: Paint): string[] {
  const gutter = Math.max(4, String(largestOffset(roots)).length)
  return roots.flatMap((root) => nodeLines(root, '', '', { width, paint, gutter }))
}

function nodeLines(node: InspectionNode, first: string, guide: string, look: Look): string[] {
  const { offset, children } = node
  const place = look.paint('dim', (offset === undefined ? '' : String(offset)).padStart(look.gutter))
  const blank = ' '.repeat(look.gutter)
  const below = children.length > 0 ? '│ ' : '  '
  const lines = textLines(node, look.width - look.gutter - 2 - guide.length - 2, look.paint)
  const own = lines.map((line, index) =>
    index === 0
      ? `${place}  ${look.paint('dim', first)}${line}`
      : `${blank}  ${look.paint('dim', `${guide}${below}`)}${line}`,
  )
  const inner = children.flatMap((child, index) => {
    const last = index === children.length - 1
    return nodeLines(child, `${guide}${last ? '└ ' : '├ '}`, `${guide}${last ? '  ' : '│ '}`, look)
  })
  return [...own, ...inner]
}

/** Label, value and note; together on a line where they fit. */
function textLines({ label, value, note }: InspectionNode, width: number, paint: Paint): string[] {
  const name = printable(label)
  // Columns of a dump are kept: nothing in it can move the cursor.
  const text = value === undefined ? '' : label === '' ? value.replace(/[^\x20-\x7e]/g, '.') : printable(value)
  const said = note === undefined ? '' : printable(note)
  const room = Math.max(20, width)
  const head = [name, text].filter((part) => part !== '').join('  ')
  const whole = [head, said === '' ? '' : `(${said})`].filter((part) => part !== '').join('  ')
  if (whole.length <= room) {
    const painted = [paint('cyan', name), text, said === '' ? '' : paint('dim', `(${said})`)]
    return [painted.filter((part) => part !== '').join('  ')]
  }
  if (label === '') return [text]
  const start = head.length > room || text === '' ? paint('cyan', name) : `${paint('cyan', name)}  ${text}`
  const values = head.length > room ? wrap(text, room) : []
  const notes = said === '' ? [] : wrap(`(${said})`, room)
  const [last = ''] = values.slice(-1)
  const [first = ''] = notes
  const together = notes.length === 1 && last !== '' && last.length + 2 + first.length <= room
  if (together) return [start, ...values.slice(0, -1), `${last}  ${paint('dim', first)}`]
  return [start, ...values, ...notes.map((line) => paint('dim', line))]
}

function largestOffset(nodes: readonly InspectionNode[]): number {
  return nodes.reduce((most, { offset = 0, children }) => Math.max(most, offset, largestOffset(children)), 0)
}
