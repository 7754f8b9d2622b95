import type { JsonSchema, OpenApiDocument, Operation } from '@chancery/api'

type Schemas = OpenApiDocument['components']['schemas']

/** The shortest call, for a shell in which BASE and CHANCERY_TOKEN are set. */
export function curlLine(method: string, path: string, { requestBody }: Operation, schemas: Schemas): string {
  const lines = [
    `curl${method === 'get' ? '' : ` -X ${method.toUpperCase()}`} "$BASE/api${path}"`,
    `-H "Authorization: Bearer $CHANCERY_TOKEN"`,
  ]
  const schema = requestBody?.content['application/json']?.schema
  if (schema !== undefined) {
    const body = JSON.stringify(exampleOf(schema, schemas)).replaceAll("'", `'\\''`)
    lines.push(`-H 'Content-Type: application/json' -d '${body}'`)
  }
  return lines.join(' \\\n  ')
}

/** What must be there; where nothing must, the first field, so that one sees where fields go. */
function exampleOf(schema: JsonSchema, schemas: Schemas): unknown {
  const { properties, required = [], type, enum: values, anyOf, items } = resolve(schema, schemas)
  if (values !== undefined) return values[0]
  if (anyOf?.[0] !== undefined) return exampleOf(anyOf[0], schemas)
  if (properties !== undefined) {
    const names = required.length > 0 ? required : Object.keys(properties).slice(0, 1)
    return Object.fromEntries(names.map((name) => [name, exampleOf(properties[name] ?? {}, schemas)]))
  }
  const one = typeof type === 'string' ? type : type?.[0]
  if (one === 'array') return items === undefined || isForUuids(items) ? [UUID] : []
  return one === 'string' && isForUuids(schema) ? UUID : (PLACEHOLDERS[one ?? ''] ?? null)
}

export function resolve(schema: JsonSchema, schemas: Schemas): JsonSchema {
  return schemas[nameIn(schema) ?? ''] ?? schema
}

/** The name under `components/schemas` that a reference leads to. */
export function nameIn({ $ref }: JsonSchema): string | undefined {
  return $ref?.slice($ref.lastIndexOf('/') + 1)
}

const UUID = '019a0000-0000-7000-8000-000000000001'
const PLACEHOLDERS: Readonly<Record<string, unknown>> = {
  string: '…',
  integer: 1,
  number: 1,
  boolean: true,
  object: {},
}

function isForUuids({ pattern }: JsonSchema): boolean {
  return typeof pattern === 'string' && pattern.includes('[0-9a-fA-F]{8}')
}
