import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { faultsOf, resolveReferences, SetupDocument, secretReader } from '@chancery/api'
import { applyEdits } from '@chancery/ra'
import type { Store } from '@chancery/store'
import type { Logger } from 'pino'
import { parse } from 'yaml'
import { AdminRefusal } from '../admin/admin-refusal.ts'
import { configurationDeeds } from '../audit/configuration-deeds.ts'
import { startEvent } from '../audit/own-event.ts'
import { StartError } from '../installation/start-error.ts'
import { missingRaCertificates } from '../ra-certificates/missing.ts'
import { draftSetup } from './draft-setup.ts'
import { stepsOf } from './steps.ts'

export interface SetupOptions {
  readonly publicUrl: string | undefined
  readonly now: () => Date
  readonly env: NodeJS.ProcessEnv
}

const ATTEMPTS = 5

/**
 * Makes the store what the file of CHANCERY_SETUP says, as a whole or not at all. Of several nodes that do so at once one
 * writes; the others decide again and find that nothing is left to change.
 * @throws {StartError} with everything that is wrong about the file
 */
export async function applySetupAtStart(
  path: string,
  { configuration: store }: Pick<Store, 'configuration'>,
  options: SetupOptions,
  log: Logger,
): Promise<void> {
  const document = readDocument(path, options.env)
  const { publicUrl } = options
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await store.load()
    const context = { publicUrl, now: options.now() }
    const edits = await draftSetup(before, document, context).catch((error: unknown) => {
      throw error instanceof AdminRefusal ? invalid(path, error.messages) : error
    })
    if (edits.length === 0) return log.info({ file: path }, 'set-up: nothing to change')
    const made = applyEdits(before, edits, context.now)
    const missing = await missingRaCertificates(made, context, before)
    if (missing.refused.length > 0) throw invalid(path, missing.refused)
    const all = [...edits, ...missing.edits]
    const deeds = configurationDeeds(before, applyEdits(made, missing.edits, context.now))
    const events = deeds.map((deed) => startEvent('CHANCERY_SETUP', context.now, deed))
    const { status } = await store.edit(all, before.version, undefined, events)
    if (status === 'changed') return log.info({ file: path, steps: stepsOf(before, made, edits) }, 'set-up applied')
  }
  throw new StartError(
    `The set-up ${path} cannot be applied: other nodes keep changing the configuration. Start again.`,
  )
}

function readDocument(path: string, env: NodeJS.ProcessEnv): SetupDocument {
  const readText = (file: string) => readFileSync(resolve(dirname(path), file), 'utf8')
  const { document, faults } = resolveReferences(parsed(path), secretReader(env, readText))
  const all = [...faults, ...(faults.length > 0 ? [] : faultsOf(SetupDocument, document))]
  if (all.length > 0) throw invalid(path, all)
  return document as SetupDocument
}

function parsed(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'), { maxAliasCount: 100 })
  } catch (error) {
    // Not the message: it quotes the file.
    const at = (error as { linePos?: readonly { line: number; col: number }[] }).linePos?.[0]
    throw invalid(path, [
      at === undefined ? 'It cannot be read.' : `Line ${at.line}, column ${at.col}: this is not YAML.`,
    ])
  }
}

function invalid(path: string, faults: readonly string[]): StartError {
  return new StartError(
    `The set-up ${path} (CHANCERY_SETUP) cannot be applied, and nothing of it was:\n${faults.map((fault) => `  ${fault}`).join('\n')}`,
  )
}
