import { type Certificate, nameFromText, softwareSigningKey } from '@chancery/pki'
import {
  type CertificateId,
  issuingAuthority,
  type Question,
  ScepClient,
  Secret,
  selfSignedSigner,
} from '@chancery/scep'
import { Option } from 'commander'
import { CliFailure } from '../cli-failure.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { CHALLENGE_OPTIONS, type ChallengeOptions, readChallenge } from './challenge-source.ts'
import { persistently } from './exchange.ts'
import { EXCHANGE_OPTIONS, type ExchangeOptions } from './exchange-options.ts'
import { heldFiles, readCertificates, readKeyOf } from './held-certificate.ts'
import { heldTrust } from './held-trust.ts'
import { newPrivateKey } from './key.ts'
import { type MetServer, meetServer } from './meet-server.ts'
import { observeFetch } from './observed-fetch.ts'
import { checkPassword, type Holder, termsOf } from './terms-of.ts'
import { readTrustDemand } from './trust.ts'

export interface QuestionOptions extends ExchangeOptions, ChallengeOptions {
  readonly in?: string
  readonly cert?: string
  readonly key?: string
  readonly serial?: string
  readonly caFingerprint?: string
  readonly trustOnFirstUse?: true
  readonly out?: string
}

export const QUESTION_OPTIONS: readonly Option[] = [
  new Option('--in <folder>', 'folder with the key.pem, cert.pem and ca.pem of whoever asks'),
  new Option('--cert <file>', 'certificate of whoever asks, PEM').conflicts('in'),
  new Option('--key <file>', 'its private key, PEM').conflicts('in'),
  new Option('--serial <hex>', 'serial number of the certificate in question (default: that of whoever asks)'),
  new Option('--ca-fingerprint <hex>', 'SHA-256 of the CA certificate (default: the CA is one of ca.pem)'),
  new Option('--trust-on-first-use', 'take whatever CA the server shows').conflicts('caFingerprint'),
  new Option('--out <file>', 'write the PEM there instead of to standard output'),
  ...CHALLENGE_OPTIONS('the secret of the endpoint, where a key on either side is not RSA'),
  ...EXCHANGE_OPTIONS,
]

/** The certificate of whoever asks, read before anything is sent. */
export async function readAsker(options: QuestionOptions): Promise<Holder | undefined> {
  if (options.in === undefined && options.cert === undefined && options.key === undefined) return undefined
  const held = heldFiles(options)
  const [certificate] = (await readCertificates(held.certificate)) as [Certificate]
  return { certificate, privateKey: await readKeyOf(certificate, held) }
}

/** Puts a question to a server, about a certificate of its CA (RFC 8894 §3.3.4). */
export async function askQuestion<T>(
  url: string,
  asker: Holder | undefined,
  options: QuestionOptions,
  ask: (client: ScepClient, question: Question) => Promise<T>,
  terminal: Terminal,
): Promise<{ readonly answer: T; readonly server: MetServer }> {
  const serial = options.serial === undefined ? undefined : readSerial(options.serial)
  if (asker === undefined && serial === undefined) {
    throw new CliFailure('failed', 'Nothing says which certificate is meant.', {
      nextStep: 'Give --serial HEX, or --in FOLDER for the certificate in it.',
    })
  }
  const challenge = await readChallenge(options, terminal)
  const demand =
    asker === undefined || options.trustOnFirstUse
      ? readTrustDemand(options.caFingerprint, options.trustOnFirstUse === true)
      : await heldTrust(heldFiles(options).ca, options.caFingerprint)
  const server = await meetServer(url, demand, options, terminal)
  const terms = termsOf(asker ?? (await nobody(terminal)), server, options)
  checkPassword(terms, challenge, 'the secret of the endpoint')
  const issuer = asker?.certificate.issuer ?? issuingAuthority(terms.recipient, terms.issuers).subject
  const certificate: CertificateId =
    serial === undefined ? (asker as Holder).certificate : { issuer, serialNumber: serial }
  const { fetch, last } = observeFetch(terminal.fetch)
  const client = new ScepClient({ url, fetch })
  const question = { ...terms, certificate, ...(challenge !== undefined && { password: new Secret(challenge) }) }
  return { answer: await persistently(() => ask(client, question), last, terminal), server }
}

/** Who asks without a certificate signs with a key made for this (draft-nourse-scep §3.2.4). */
async function nobody(terminal: Terminal): Promise<Holder> {
  const privateKey = await newPrivateKey('rsa-2048')
  const certificate = await selfSignedSigner(
    nameFromText('CN=chancery'),
    softwareSigningKey(privateKey),
    terminal.now(),
  )
  return { certificate, privateKey }
}

/** Content octets of a positive INTEGER. @throws {CliFailure} */
function readSerial(text: string): Buffer {
  const hex = text.replace(/^0x/i, '').replace(/[\s:]/g, '')
  if (!/^[0-9a-f]{1,128}$/i.test(hex)) {
    throw new CliFailure('failed', `"${text}" is not a serial number.`, {
      nextStep: 'Write it in hexadecimal, as "openssl x509 -serial" prints it.',
    })
  }
  const octets = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return (octets[0] as number) < 0x80 ? octets : Buffer.concat([Buffer.from([0]), octets])
}
