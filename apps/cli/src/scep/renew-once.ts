import { randomBytes } from 'node:crypto'
import { resolve } from 'node:path'
import { type Certificate, EXTENSION_OID, findExtension } from '@chancery/pki'
import { hasCapability, randomTransactionId, selectRecipient } from '@chancery/scep'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { distinct, isAuthority } from './authority.ts'
import { readChallenge } from './challenge-source.ts'
import { heldFiles, readCertificates, readKeyOf } from './held-certificate.ts'
import { heldTrust } from './held-trust.ts'
import { canDecrypt, keyTypeLike, newPrivateKey, privateKeyFromPem, privateKeyToPem } from './key.ts'
import { type MetServer, meetServer } from './meet-server.ts'
import { type Obtained, obtainCertificate } from './obtain.ts'
import { outputFiles, prepareFolder, replaceResult } from './output-folder.ts'
import type { RenewOptions } from './renew-options.ts'
import { type RenewalState, receivedBefore, renewalStateFile, withReceived } from './renewal-state.ts'
import type { RequestResult } from './request-result.ts'
import { forgetState, loadState, otherUnderWay, resumeRequest, type StateFile, saveState } from './request-state.ts'
import type { Holder } from './terms-of.ts'

/** One renewal: the old files stay until the new ones are whole, and beside them afterwards. */
export async function renewOnce(url: string, options: RenewOptions, terminal: Terminal): Promise<RequestResult> {
  const held = heldFiles(options)
  const folder = resolve(options.out ?? held.folder)
  const file = renewalStateFile(folder)
  const [certificate] = (await readCertificates(held.certificate)) as [Certificate]
  const finished = await finishReceived(file, folder, certificate, options, terminal)
  if (finished !== undefined) return finished
  const privateKey = await readKeyOf(certificate, held)
  const holder: Holder = { certificate, privateKey }
  const demand = await heldTrust(held.ca, options.caFingerprint)
  const challenge = await readChallenge(options, terminal)
  const keyType = options.sameKey ? 'same' : (options.keyType ?? keyTypeLike(privateKey))
  const wish = { url, renews: fingerprintOf(certificate), keyType }
  const resumed = await orForced(options, () => resumeRequest(file, wish))
  await prepareFolder(folder, options.force === true || isInPlace(held, folder), undefined)
  const server = await meetServer(url, demand, options, terminal)
  checkRenewal(server, options, url)
  if (certificate.notAfter < terminal.now())
    terminal.err('warning: the certificate has expired; few servers renew it.\n')
  const state = resumed ?? (await newState(wish, holder, terminal))
  if (resumed !== undefined) terminal.err(`Taking up the renewal of ${resumed.startedAt}.\n`)
  const asking = { file, state, holder, challenge, server }
  const obtained = await askForSuccessor(asking, options, terminal)
  const authorities = distinct([...obtained.authorities, ...('known' in demand ? demand.known.certificates : [])])
  const received = { certificate: obtained.certificate, authorities: authorities.filter(isAuthority) }
  await saveState(file, withReceived(state, received))
  return finish(file, folder, state, received)
}

/** What had come already when it broke off is put in place, and the server is not asked. */
async function finishReceived(
  file: StateFile<RenewalState>,
  folder: string,
  present: Certificate,
  options: RenewOptions,
  terminal: Terminal,
): Promise<RequestResult | undefined> {
  const state = await orForced(options, () => loadState(file))
  const received = state && receivedBefore(state)
  if (state === undefined || received === undefined) return undefined
  const isOurs = state.renews === fingerprintOf(present) || received.certificate.der.equals(present.der)
  if (isOurs) {
    terminal.err(`Finishing the renewal of ${state.startedAt}, whose certificate had come.\n`)
    return finish(file, folder, state, received)
  }
  if (options.force) return undefined
  throw otherUnderWay(file, state)
}

async function finish(
  file: StateFile<RenewalState>,
  folder: string,
  { privateKey, transactionId }: RenewalState,
  { certificate, authorities }: Obtained,
): Promise<RequestResult> {
  const files = await replaceResult(folder, { privateKey, certificate, authorities })
  await forgetState(file)
  return { folder, transactionId, certificate, files }
}

interface Asking {
  readonly file: StateFile<RenewalState>
  readonly state: RenewalState
  readonly holder: Holder
  readonly challenge: string | undefined
  readonly server: MetServer
}

/**
 * Same subject and names as the old certificate, signed by it; it takes the place of a challenge (S-2.4-12). Where the old
 * key cannot decrypt, a challenge of our own stands in the request, so that the server has a password for the reply; it
 * is read with the request, so the request itself must be encrypted to a key.
 */
function askForSuccessor(
  { file, state, holder, challenge, server }: Asking,
  options: RenewOptions,
  terminal: Terminal,
): Promise<Obtained> {
  const { ignoreKeyUsage } = options
  const recipient = selectRecipient(server.certificates, { ignoreKeyUsage: ignoreKeyUsage === true })
  const ownPassword = recipient.publicKey.type === 'rsa' ? state.replyPassword : undefined
  const names = findExtension(holder.certificate, EXTENSION_OID.subjectAltName)
  const parts = {
    messageType: options.asPkcsreq ? 'PKCSReq' : 'RenewalReq',
    subject: holder.certificate.subject,
    extensions: names === undefined ? [] : [names.der],
    challenge: challenge ?? ownPassword,
    privateKey: privateKeyFromPem(state.privateKey),
    holder,
    transactionId: state.transactionId,
    server,
  } as const
  return obtainCertificate(file, state, parts, options, terminal)
}

async function newState(
  wish: Pick<RenewalState, 'url' | 'renews' | 'keyType'>,
  { privateKey }: Holder,
  terminal: Terminal,
): Promise<RenewalState> {
  const same = wish.keyType === 'same'
  if (!same) terminal.err(`Making a key of type ${wish.keyType} …\n`)
  const key = same ? privateKey : await newPrivateKey(wish.keyType)
  const startedAt = terminal.now().toISOString()
  const replyPassword = canDecrypt(privateKey) ? {} : { replyPassword: randomBytes(16).toString('hex') }
  const transactionId = randomTransactionId()
  return { version: 1, ...wish, transactionId, startedAt, privateKey: privateKeyToPem(key), ...replyPassword }
}

/** A server that does not know RenewalReq may take anything for it, or answer nothing at all (S-2.3-18). */
function checkRenewal({ capabilities }: MetServer, { asPkcsreq }: RenewOptions, url: string): void {
  if (asPkcsreq || hasCapability(capabilities, 'Renewal')) return
  throw new CliFailure('failed', `${url} does not say that it renews: Renewal is not among its capabilities.`, {
    nextStep:
      'Nothing was sent. With --as-pkcsreq it is asked in the older way, by a PKCSReq signed with the certificate.',
  })
}

function isInPlace(held: { readonly certificate: string; readonly key: string }, folder: string): boolean {
  const { certificate, key } = outputFiles(folder)
  return held.certificate === certificate && held.key === key
}

async function orForced<T>({ force }: RenewOptions, read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read()
  } catch (error) {
    if (force && error instanceof CliFailure) return undefined
    throw error
  }
}

function fingerprintOf(certificate: Certificate): string {
  return certificate.digest().toString('hex')
}
