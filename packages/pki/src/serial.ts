/** Lower-case hexadecimal of the content octets, as they are. */
export function serialToHex(serial: Buffer): string {
  return serial.toString('hex')
}
