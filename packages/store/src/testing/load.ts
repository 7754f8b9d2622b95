import { openStore } from '../index.ts'
import { NOW, sampleCertificate, sampleIssueEvent, samplePrepared, sampleTransaction } from './sample.ts'

/**
 * A process that issues until it is killed or has issued `count`, and prints one line for each certificate that a device
 * would have got: `node load.ts <url> <key secret, hex> <count> <challenge id>`.
 */
const [url = '', secret = '', count = '', challengeId = ''] = process.argv.slice(2)
const store = await openStore({ url, keySecret: Buffer.from(secret, 'hex'), now: () => NOW })
const configuration = await store.configuration.load()
let left = Number(count)

await Promise.all(
  Array.from({ length: 8 }, async () => {
    while (left-- > 0) {
      const prepared = samplePrepared(configuration)
      const certificate = sampleCertificate(prepared)
      const transaction = sampleTransaction(configuration, { challengeUse: { challengeId: Number(challengeId) } })
      // Half of them the long way, so that a kill also falls between begin and finish.
      const outcome =
        left % 2 === 0
          ? await store.ledger.issue(transaction, certificate, [sampleIssueEvent(certificate)])
          : await store.ledger
              .begin(transaction, prepared)
              .then(() => store.ledger.finish(transaction.uuid, certificate, NOW, [sampleIssueEvent(certificate)]))
      if (outcome.status === 'committed') process.stdout.write(`${certificate.digest.toString('hex')}\n`)
    }
  }),
)
await store.close()
