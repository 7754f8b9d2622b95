import { createHash } from 'node:crypto'
import * as contract from '@chancery/api'
import { openApiDocument } from '@chancery/api'
import type { FastifyInstance } from 'fastify'
import { documentPage } from './page.ts'
import { STYLE } from './style.ts'

/** Of the contract, which is `/v1`, and not of the release: who has no token need not learn that. */
const VERSION = '1.0.0'

/**
 * The contract and a page of it, readable without a token (decision 0031): both are made from the source alone and say
 * nothing about this installation.
 */
export function contractRoutes(app: FastifyInstance): void {
  const document = openApiDocument(contract, { version: VERSION, serverUrl: '/api' })
  serveText(app, '/api/openapi.json', 'application/json; charset=utf-8', JSON.stringify(document))
  serveText(app, '/api/docs', 'text/html; charset=utf-8', documentPage(document))
}

const HEADERS = {
  'cache-control': 'no-cache',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  // No script, no foreign origin; the one style sheet by its digest.
  'content-security-policy': `default-src 'none'; style-src 'sha256-${digest(STYLE)}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
}

function serveText(app: FastifyInstance, url: string, type: string, text: string): void {
  const etag = `"${digest(text).slice(0, 22)}"`
  app.get(url, { exposeHeadRoute: true }, (request, reply) => {
    reply.headers({ ...HEADERS, etag }).type(type)
    return request.headers['if-none-match'] === etag ? reply.code(304).send() : reply.send(text)
  })
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
