import {
  generateKey,
  keyKindOf,
  newSerialNumber,
  OCSP_SIGNER_TEMPLATE,
  ocspSignerName,
  prepare,
  sign,
} from '@chancery/ca'
import { builtInSettings } from '@chancery/connectors'
import { parseCertificate, publicKeyInfoOf } from '@chancery/pki'
import { uuidV7 } from '@chancery/ra'
import type { Lease, OcspSignerState } from '@chancery/store'
import { exported } from '../installation/ra-certificate.ts'
import { counted, type Job, type JobContext } from './job.ts'

/** How far the clocks of two nodes may be apart. */
const MOST_AHEAD_MILLISECONDS = 5 * 60_000

/**
 * Each generation of a CA whose key is here, retired ones too, has a certificate that answers OCSP for it until the CA
 * certificate ends (design, rule 15). It is renewed at half of its life, and at once when it was revoked or the settings of
 * its authority want another key.
 */
export const renewOcspSigners: Job = {
  name: 'renewOcspSigners',
  title: 'Renew OCSP signers',
  does: 'Gives each CA a certificate that signs its OCSP answers, and the next one at half of its life.',
  whenOff: 'New CAs answer no OCSP, and the others cease to once the certificates end that sign their answers.',
  everySeconds: 5,
  async isDue({ store, now }) {
    return (await store.ocsp.states()).some((state) => isDue(state, now()))
  },
  async run(context, lease) {
    const { store, log, now } = context
    let made = 0
    for (const state of await store.ocsp.states()) {
      if (!isDue(state, now())) continue
      try {
        if (await renew(state, context, lease)) made += 1
      } catch (error) {
        // One CA that gives no such certificate leaves the others their answers.
        log.error({ err: error, issuer: state.issuerId, authority: state.authority.name }, 'no OCSP signer was made')
      }
    }
    return made === 0 ? undefined : `${counted(made, 'OCSP signer')} made`
  },
}

/** False when another node was first. */
async function renew(
  { issuerId, authority, current }: OcspSignerState,
  { store, keys, log, now }: JobContext,
  lease: Lease,
): Promise<boolean> {
  const { issuers } = await store.configuration.load()
  const record = issuers.find(({ id }) => id === issuerId)
  if (record === undefined) return false
  const issuer = keys.issuer(record)
  const privateKey = await generateKey(builtInSettings(authority).ocspKey)
  const serialNumber = newSerialNumber()
  const prepared = prepare({
    template: OCSP_SIGNER_TEMPLATE,
    subject: ocspSignerName(issuer.certificate),
    subjectAltNames: [],
    publicKey: publicKeyInfoOf(privateKey),
    issuer,
    serialNumber,
    now: now(),
  })
  const { notBefore, notAfter } = prepared
  const certificate = await sign(prepared, issuer.key)
  const uuid = uuidV7(now())
  const added = { uuid, issuerId, certificate, privateKey: exported(privateKey), serialNumber, notBefore, notAfter }
  const event = {
    uuid: uuidV7(now()),
    at: now(),
    actor: { kind: 'job', name: 'renewOcspSigners' },
    action: 'certificate.issue',
    object: { kind: 'certificate', uuid },
    outcome: 'done',
    detail: {
      purpose: 'ocsp',
      authority: authority.name,
      generation: record.generation,
      former: current?.uuid ?? null,
    },
  } as const
  const isOurs = await store.ocsp.replaceSigner(added, current?.uuid, now(), lease, [event])
  if (isOurs) log.info({ issuer: issuerId, former: current?.uuid, current: uuid, notAfter }, 'OCSP signer made')
  return isOurs
}

function isDue({ issuerCertificate, authority, current }: OcspSignerState, now: Date): boolean {
  const ca = parseCertificate(issuerCertificate)
  if (now >= ca.notAfter) return false
  if (current === undefined || current.isRevoked) return true
  const { notBefore, notAfter, publicKey } = parseCertificate(current.certificate)
  if (keyKindOf(publicKey) !== builtInSettings(authority).ocspKey) return true
  // Made by a clock that was wrong: nobody takes what is not valid yet.
  if (notBefore.getTime() > now.getTime() + MOST_AHEAD_MILLISECONDS) return true
  // Nothing outlives its CA, and another one would end no later.
  if (notAfter >= ca.notAfter) return false
  return now.getTime() >= (notBefore.getTime() + notAfter.getTime()) / 2
}
