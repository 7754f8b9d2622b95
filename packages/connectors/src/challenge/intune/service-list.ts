import { isObject, readJsonObject } from '../../json-object.ts'
import { isConfidential } from './endpoints.ts'

/** Where the services of a tenant are, by their names in lower case. */
export type ServiceUris = ReadonlyMap<string, string>

export interface ServicePage {
  readonly uris: ServiceUris
  /** The list goes on there. */
  readonly next: string | undefined
}

/**
 * One page of the endpoints of Intune's service principal. Of several entries of one name the first that can be used counts.
 * @param graph where the list comes from: a token will be sent to what it names, so only a Graph on this machine may name plain http
 * @returns undefined: it is no list
 */
export function readServicePage(body: Buffer, graph: URL): ServicePage | undefined {
  const answer = readJsonObject(body)
  if (answer === undefined || !Array.isArray(answer.value)) return undefined
  const uris = new Map<string, string>()
  for (const item of answer.value) {
    if (!isObject(item)) continue
    const name = item.providerName ?? item.serviceName
    const uri = usableUri(item.uri, graph)
    if (typeof name !== 'string' || uri === undefined) continue
    const key = name.toLowerCase()
    if (!uris.has(key)) uris.set(key, uri)
  }
  const next = answer['@odata.nextLink']
  return { uris, next: typeof next === 'string' && next !== '' ? next : undefined }
}

/** Without the slash at its end: a path is put behind it. */
function usableUri(value: unknown, graph: URL): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined
  const url = new URL(value)
  const isTrusted = graph.protocol === 'https:' ? url.protocol === 'https:' : isConfidential(url)
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === ''
  return isTrusted && isPlain ? value.replace(/\/+$/, '') : undefined
}
