import { readFileSync, writeFileSync } from 'node:fs'

/** A file of byte strings, each behind its length: requests ready to be written to a socket, or the answers to them. */
export function writeMessages(file: string, messages: readonly Buffer[]): void {
  const parts: Buffer[] = []
  for (const message of messages) {
    const length = Buffer.alloc(4)
    length.writeUInt32BE(message.length)
    parts.push(length, message)
  }
  writeFileSync(file, Buffer.concat(parts))
}

export function readMessages(file: string): Buffer[] {
  const bytes = readFileSync(file)
  const messages: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const length = bytes.readUInt32BE(at)
    messages.push(bytes.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return messages
}
