/** A POST of a PKIOperation, ready to be written to a socket. */
export function httpPost({ path, host }: { readonly path: string; readonly host: string }, body: Buffer): Buffer {
  const head = [
    `POST ${path}?operation=PKIOperation HTTP/1.1`,
    `Host: ${host}`,
    'Content-Type: application/x-pki-message',
    `Content-Length: ${body.length}`,
    '\r\n',
  ].join('\r\n')
  return Buffer.concat([Buffer.from(head, 'latin1'), body])
}
