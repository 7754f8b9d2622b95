import { type Client, getToken, listTokens, revokeToken, type Token } from '@chancery/api'
import { connect } from '../administration/connect.ts'
import { serverOption } from '../administration/server-option.ts'
import { CliFailure } from '../cli-failure.ts'
import { EXIT } from '../exit-code.ts'
import type { VerbDefinition } from '../verb.ts'

interface RevokeOptions {
  readonly server?: string
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

export const revokeTokenVerb: VerbDefinition<RevokeOptions> = {
  name: 'revoke',
  summary: 'revoke an API token, for good and at once',
  description:
    'Revokes an API token: every process refuses it from the next request on. What was done with it stays recorded under its name, and the name is free again.',
  argument: { name: 'token', description: 'its name, or its UUID' },
  options: [serverOption()],
  examples: ['chancery token revoke ci', 'chancery token revoke 019a0000-0000-7000-8000-000000000001'],
  next: '"chancery token create" makes another one.',
  async run({ server, json }, terminal, which) {
    const client = await connect(server, terminal)
    const { uuid } = await find(client, which)
    await client.call(revokeToken, { params: { uuid } })
    const token = await client.call(getToken, { params: { uuid } })
    terminal.out(json ? `${JSON.stringify(token, null, 2)}\n` : `revoked: ${token.name} (${uuid})\n`)
    return EXIT.ok.code
  },
}

/** By UUID any, by name the one that is not revoked: of that there is one at most. */
async function find(client: Client, which: string): Promise<Pick<Token, 'uuid'>> {
  if (UUID.test(which)) return { uuid: which }
  const tokens = await client.call(listTokens, {})
  const found = tokens.find(({ name, state }) => name === which && state !== 'revoked')
  if (found !== undefined) return found
  throw new CliFailure('failed', `There is no token "${which}" that is not revoked.`, {
    nextStep: 'See "chancery token list".',
  })
}
