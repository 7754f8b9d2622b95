import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

export interface StoredCertificate {
  readonly serial: string
  readonly subject: string
  readonly der: Buffer
}

/** The inventory of a server that is stopped, read past all of its code. */
export function storedCertificates(dataDir: string): StoredCertificate[] {
  const database = new DatabaseSync(join(dataDir, 'chancery.sqlite'), { readOnly: true })
  try {
    const rows = database.prepare('SELECT serial, subject, der FROM certificate').all()
    return rows.map(({ serial, subject, der }) => ({
      serial: String(serial),
      subject: String(subject),
      der: Buffer.from(der as Uint8Array),
    }))
  } finally {
    database.close()
  }
}
