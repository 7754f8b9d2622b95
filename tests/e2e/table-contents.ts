import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

/** Every row of every table, to see that nothing was written. */
export async function tableContents(url: string): Promise<Record<string, unknown[]>> {
  const database = url.startsWith('sqlite:') ? sqlite(url.slice('sqlite:'.length)) : await postgres(url)
  try {
    const contents: Record<string, unknown[]> = {}
    for (const table of await database.tables()) contents[table] = (await database.rows(table)).map(asText).sort()
    return contents
  } finally {
    await database.close()
  }
}

/** That somebody was refused is written down, and that is no change. */
export async function contentsBesideAudit(url: string): Promise<Record<string, unknown[]>> {
  const { audit_event: _, audit_segment: __, ...contents } = await tableContents(url)
  return contents
}

function asText(row: unknown): string {
  return JSON.stringify(row, (_, value) => (typeof value === 'bigint' ? String(value) : value))
}

function sqlite(path: string) {
  const database = new DatabaseSync(path, { readOnly: true })
  const all = (sql: string) => database.prepare(sql).all() as Record<string, unknown>[]
  return {
    tables: async () => all("SELECT name FROM sqlite_master WHERE type = 'table'").map(({ name }) => String(name)),
    rows: async (table: string) => all(`SELECT * FROM "${table}"`),
    close: async () => database.close(),
  }
}

async function postgres(url: string) {
  const client = new pg.Client(url)
  await client.connect()
  const all = async (sql: string) => (await client.query(sql)).rows as Record<string, unknown>[]
  return {
    tables: async () =>
      (await all("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).map(({ tablename }) =>
        String(tablename),
      ),
    rows: (table: string) => all(`SELECT * FROM "${table}"`),
    close: () => client.end(),
  }
}
