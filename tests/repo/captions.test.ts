import { expect, test } from 'vitest'
import { IMPORT_TABLE } from './import-table.ts'
import { read } from './repository.ts'

test.each(Object.keys(IMPORT_TABLE))(
  '%s says in one line what it is, the same in README.md and package.json',
  (room) => {
    const { name, description } = JSON.parse(read(`${room}/package.json`)) as { name: string; description: string }
    const [title, caption] = read(`${room}/README.md`).split(/\n{2,}/)
    expect(title).toBe(`# ${name}`)
    expect(caption?.replace(/\s*\n\s*/g, ' ').replace(/\.$/, '')).toBe(description.replace(/\.$/, ''))
  },
)
