import type { JsonSchema, OpenApiDocument, Operation } from '@chancery/api'
import { curlLine } from './example.ts'
import { type Field, fieldList, schemaBlock, typeOf } from './fields.ts'
import { breakable, escaped, prose } from './html.ts'
import { STYLE } from './style.ts'

/** The document as a page: one chapter a noun, one part a route. It needs no script and nothing from elsewhere. */
export function documentPage(document: OpenApiDocument): string {
  const routes = Object.entries(document.paths)
    .flatMap(([path, item]) => Object.entries(item).map(([method, operation]): Shown => ({ method, path, operation })))
    .toSorted(byPath)
  const chapters = document.tags.map((tag) => ({
    ...tag,
    routes: routes.filter(({ operation }) => operation.tags.includes(tag.name)),
  }))
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">',
    `<title>${escaped(document.info.title)}: REST API</title><style>${STYLE}</style></head><body>`,
    `<nav aria-label="Chapters"><p class="home">${escaped(document.info.title)} <span>REST API</span></p><ul>`,
    ...chapters.map(
      ({ name, routes: { length } }) =>
        `<li><a href="#${anchor(name)}">${escaped(name)} <span>${length}</span></a></li>`,
    ),
    '<li><a href="#refusals">Refusals</a></li><li><a href="#schemas">Schemas</a></li></ul></nav><main>',
    `<h1>REST API</h1>${document.info.description
      .split('\n\n')
      .map((text) => `<p>${prose(text)}</p>`)
      .join('')}`,
    '<p>The same as OpenAPI 3.1, for programs: <a href="/api/openapi.json">/api/openapi.json</a>. The examples want the server and the token in the shell:</p>',
    '<pre>export BASE=https://chancery.example CHANCERY_TOKEN=…</pre>',
    ...chapters.map((chapter) => chapterOf(chapter, document)),
    refusals(document),
    schemas(document),
    '</main></body></html>',
  ].join('')
}

/** As a reader looks for them: what is about all, what is about one, what is below it. */
function byPath(a: Shown, b: Shown): number {
  if (a.path !== b.path) return a.path < b.path ? -1 : 1
  return METHODS.indexOf(a.method) - METHODS.indexOf(b.method)
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

interface Shown {
  readonly method: string
  readonly path: string
  readonly operation: Operation
}

interface Chapter {
  readonly name: string
  readonly description: string
  readonly routes: readonly Shown[]
}

function chapterOf({ name, description, routes }: Chapter, document: OpenApiDocument): string {
  const parts = routes.map((route) => routePart(route, document))
  return `<section><h2 id="${anchor(name)}">${escaped(name)}</h2><p>${prose(description)}</p>${parts.join('')}</section>`
}

function routePart({ method, path, operation }: Shown, document: OpenApiDocument): string {
  const { operationId, summary, parameters = [], requestBody, responses } = operation
  const schemasOf = document.components.schemas
  const body = requestBody?.content['application/json']?.schema
  const sections = [
    ...(parameters.length > 0 ? [`<h4>Parameters</h4>${fieldList(parameters.map(asField))}`] : []),
    ...(body === undefined ? [] : [`<h4>Body</h4>${schemaBlock(body, schemasOf)}`]),
    `<h4>Answer</h4>${answers(responses)}`,
    `<h4>Example</h4><pre>${escaped(curlLine(method, path, operation, schemasOf))}</pre>`,
  ]
  return [
    `<details id="${escaped(operationId)}"><summary><span class="method ${escaped(method)}">${escaped(method.toUpperCase())}</span>`,
    `<span class="path">${breakable(path)}</span><span class="what">${prose(summary)}${operation.deprecated ? ' <span class="must">older address</span>' : ''}</span></summary>`,
    `<p>${prose(operation.description)}</p>${sections.join('')}</details>`,
  ].join('')
}

function asField({
  name,
  in: place,
  required,
  description,
  schema,
}: NonNullable<Operation['parameters']>[number]): Field {
  const where = place === 'path' ? 'In the path.' : 'In the query.'
  return { name, required, schema, description: description === undefined ? where : `${where} ${description}` }
}

function answers(responses: Operation['responses']): string {
  const [done, refused] = [[] as string[], [] as string[]]
  for (const [status, { $ref, description = '', content = {} }] of Object.entries(responses)) {
    if ($ref !== undefined) refused.push(`<a href="#refusals">${escaped(status)}</a>`)
    else {
      const said = Object.entries(content).map(([type, { schema }]) =>
        type === 'application/json' ? typeOf(schema) : 'plain text',
      )
      done.push(`<p><strong>${escaped(status)}</strong> ${prose(description)} ${said.join(' ')}</p>`)
    }
  }
  return `${done.join('')}<p class="quiet">Refused with ${refused.join(', ')}</p>`
}

function refusals({ paths, components }: OpenApiDocument): string {
  const statuses = new Map<string, string>()
  for (const item of Object.values(paths))
    for (const { responses } of Object.values(item))
      for (const [status, { $ref }] of Object.entries(responses)) if ($ref !== undefined) statuses.set(status, $ref)
  const rows = [...statuses].sort().map(([status, reference]) => {
    const { description = '' } = components.responses[reference.slice(reference.lastIndexOf('/') + 1)] ?? {}
    return `<div><dt><strong>${escaped(status)}</strong></dt><dd>${prose(description)}</dd></div>`
  })
  return `<section><h2 id="refusals">Refusals</h2><dl>${rows.join('')}</dl></section>`
}

function schemas({ components }: OpenApiDocument): string {
  const parts = Object.entries(components.schemas)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(
      ([name, schema]: [string, JsonSchema]) =>
        `<h3 id="schema-${escaped(name)}">${escaped(name)}</h3>${schemaBlock(schema, components.schemas)}`,
    )
  return `<section><h2 id="schemas">Schemas</h2><p>What bodies and answers consist of, by the names that are used above.</p>${parts.join('')}</section>`
}

function anchor(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, '-')
}
