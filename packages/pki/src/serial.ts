/** Lower-case hexadecimal of the content octets, as they are. */
export function serialToHex(serial: Buffer): string {
  return serial.toString('hex')
}

/**
 * The shortest content octets of a serial number, so that equal numbers are equal octets however somebody wrote them;
 * undefined for a negative one, which no certificate of ours has (RFC 5280 §4.1.2.2).
 */
export function shortestSerial(serial: Buffer): Buffer | undefined {
  if (((serial[0] ?? 0x80) & 0x80) !== 0) return undefined
  let start = 0
  while (serial[start] === 0 && start + 1 < serial.length && ((serial[start + 1] as number) & 0x80) === 0) start++
  return serial.subarray(start)
}
