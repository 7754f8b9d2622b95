import { DatabaseSync } from 'node:sqlite'
import pg from 'pg'

/** As if the database failed at whatever changes a certificate, until `lift` is called. */
export async function obstructRevocation(url: string): Promise<{ lift(): Promise<void> }> {
  const [obstruct, lift] = url.startsWith('sqlite:') ? SQLITE : POSTGRES
  await execute(url, obstruct)
  return { lift: () => execute(url, lift) }
}

const SQLITE = [
  "create trigger obstacle before update on certificate begin select raise(abort, 'obstructed'); end",
  'drop trigger obstacle',
] as const

const POSTGRES = [
  `create function obstacle() returns trigger language plpgsql as $$ begin raise 'obstructed'; end $$;
   create trigger obstacle before update on certificate for each row execute function obstacle()`,
  'drop trigger obstacle on certificate; drop function obstacle()',
] as const

async function execute(url: string, sql: string): Promise<void> {
  if (url.startsWith('sqlite:')) {
    const database = new DatabaseSync(url.slice('sqlite:'.length), { timeout: 10_000 })
    database.exec(sql)
    database.close()
    return
  }
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(sql)
  await client.end()
}
