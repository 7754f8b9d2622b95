import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { decodePem, encodePem } from '@chancery/pki'
import { expect, test } from 'vitest'
import { createChallenge } from '../admin.ts'
import { must, run } from '../command.ts'
import { expectVerified } from './ca-files.ts'
import { CLIENTS } from './client.ts'
import { URL_FORMS, withEachCa } from './installation.ts'
import { opensslMessage } from './openssl-message.ts'
import { withClient } from './with-client.ts'

/** The part of certmonger that talks to the server; it always uses GET. */
withClient(CLIENTS.certmonger, (scepSubmit) => {
  withEachCa({}, (installation, name) => {
    test('S-3.5.1-01 reads the capabilities, with message=0', async () => {
      const caps = await must(scepSubmit, ['-u', `${installation().url}${URL_FORMS[0]}`, '-c'])
      expect(caps.toString().split('\n')).toEqual(expect.arrayContaining(['AES', 'SHA-256', 'POSTPKIOperation']))
    })

    test('S-4.2-01 reads the CA, and the RA where there is one, with message=0 and on', async () => {
      const { code, stdout } = await run(scepSubmit, ['-u', `${installation().url}${URL_FORMS[0]}`, '-C'])
      const alone = name === 'RSA CA alone'
      expect(decodePem(stdout.toString(), 'CERTIFICATE')).toHaveLength(alone ? 1 : 2)
      expect(code).toBe(0)
    })

    test.each([...URL_FORMS, '/scep'])('S-4.1-04 enrols by GET at %s', async (path) => {
      const { submit, device } = await prepared(await createChallenge(installation().server))
      const { code, stdout, stderr } = await submit(path)
      expect(code, `${stdout}${stderr}`).toBe(0)
      // It checked the signature and the nonces and gives the envelope to the daemon, which has the key.
      const at = (file: string) => join(device, file)
      writeFileSync(at('envelope.pem'), stdout)
      const key = ['-recip', at('signer.pem'), '-inkey', at('key.pem')]
      const decrypt = ['cms', '-decrypt', '-binary', '-inform', 'PEM', '-in', at('envelope.pem'), ...key]
      const opened = await must('openssl', decrypt)
      const certificates = await must('openssl', ['pkcs7', '-inform', 'DER', '-print_certs'], { input: opened })
      writeFileSync(at('cert.pem'), certificates)
      await expectVerified(at('cert.pem'), installation().files)
    })

    async function prepared(challenge: string) {
      const { url, files, folder } = installation()
      const device = mkdtempSync(join(folder, 'device-'))
      const recipient = files.recipientPem
      const made = await opensslMessage({ folder: device, commonName: 'certmonger device', challenge, recipient })
      writeFileSync(join(device, 'message.pem'), encodePem('PKCS7', made.message))
      const trust = ['-r', recipient, '-N', files.caPem, '-p', join(device, 'message.pem')]
      return { device, submit: (path: string) => run(scepSubmit, ['-u', `${url}${path}`, ...trust]) }
    }
  })
})
