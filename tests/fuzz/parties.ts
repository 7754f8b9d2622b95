import { createPrivateKey, type KeyObject } from 'node:crypto'
import { type Certificate, parseCertificate } from '@chancery/pki'
import {
  caExtension,
  commonName,
  keyUsageExtension,
  type RawIdentity,
  rawCertificate,
} from '../../packages/scep/src/testing/raw-certificate.ts'

/**
 * Who takes part in the samples. The keys are fixed, and known to everybody who reads this, so that an input that was
 * written to a file opens in the next run too; they are short, because a million cases wait for them.
 */
const KEYS = {
  ca: `
    MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAM58w3PIcrFhnMY8KxXfjvtbgI4k10Pu7MLGg4rC3uQxrKIuPzyfSm4WIIURpgLL
    9eGyzBoMhWYvwh0v1BsmqMHuu6ZIVH85eQVDbwEwCv6SrZbG6jCSkayyKCeSudGyLYEy9to2ge7AUNoLAuIgOsbp0FjplzqceGrRlKldoIkhAgMB
    AAECgYEAp/7J5kGHTtnj+0SoqTsh0U844G0I1rRk3HM2QocZYP8pPSnzORdALyDBhII/VrcqbV5SwD6/qcvhWm23W/+v++Fz6L5hpVMzzW2Bb8Jq
    4sLcYYZER3sJPvSNbTYg4mUEcYOELrnjMjy+C4w/wTRIAsGdXkJKknX0zor0yW1bwAECQQD2/nVpLLNDseCYXWzAVCoruTntBCU76/utzx6zSAjc
    YWayipn1SScNlvP17dwIIybDYlT9TiVKF05xpnod/alBAkEA1gQzIHqNNsL0HLpnNbP2Z829cEhiOWn+TsO6YouriefNzEElCBj1BZMG34X109Uk
    p8rtwyUSF8URxlpTMI4H4QJAUGBoNuy7/YiSLSMh88iv3ICvcAkMUN6vjVU8iV0kvQrZT7q49VBz7AE2rM5V7zP5NlX2kGPw0JabCXMChGX6wQJB
    AKTWNT7FxXAxNe3OkGHni1imOUt7JNRN1AZ8cFkodGXSOUshvdD/z/CMLpYIyq9ukj3+aaSNL+NI8QjSVxKlwmECQAGj+rKT2w+ioCeW81HxgvZR
    gCqBjIiZhhBkheEbyyGTjL7Ozjztvwkzcq3Gx7QF3hR0CosUkWYcgqurxsKl/hI=
  `,
  ra: `
    MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAM54VZR358qSRxwev5SNWNNNaQsaqsSJytiJ7xsG3fNS7OH7y1OsoQI69QdWJ/IR
    viqnbCVdBr/i34tu/oITl1fbjX+M3ApNhEHcTS1aeQiHle2osycsdSlqJ+EF4wbrNB+NidVbtVoKca4JNFAyqFOJ5etT0CO0X5r/29goZIlzAgMB
    AAECgYEAsSB80qz3FkrdZFtgobGNFWFgj10mSQupEJFspjQC7v8iJ1CbA0KiskYf9VZNWJcuHGubFIa1BqM8geMLxk3GU9Y3WekVUeOBloHEIGjr
    xXteeVRxBmld6px3kjDR3hQQYQO6OitkqfmUUTtQoFQpgkhYK3IVzu3AhEJE7gGdIvkCQQD57PgJB8f/Zjr1YAbSoWwDegIUv74Y1yvrt/xB65pD
    RY3eDfkPmLBHbLDdkbibtwP2TyiX7rzZm1TF64//kvKPAkEA03z8Wb8b6/EFqXViZIIAxkJycUH0mydU1om53NBGkWZuAV+vaaLkhDSXCFavjfku
    dN2iOg0Zhft2++dULqac3QJAHFOjeUKMhIINxKnxnAX3vB0kBz4EScR5ken0iXQus9k6TyS+SepAcJf9I9/UULHZnR0zuKSyeueEIDqmw4zgOQJB
    AMWKhi/SGWOOMuqxMWGOKOkHIdx2beMKnuzxokEF7hRcJ75ywOcb9vUiJjzss3gaW3Ffn+s3VzLVyrLKxc/5YqUCQCGIn5qMmnvZOCvYRRLyTb/2
    vzjB7ty06yyADmEkZ5N9whs9OiUq1YjaZEe9D7mEsnvkPQDCphv3aTgriXnvWao=
  `,
  device: `
    MIICdgIBADANBgkqhkiG9w0BAQEFAASCAmAwggJcAgEAAoGBAM7RIBcRZClf8/xWPkAw8ZuUT4tKziFN0DVQR5XhUs5f4iFiRFuRaYZEruTM6ihc
    BzV6dZoyb/ydkpK/OJsteWF+yN1o9w9BpkOAcZSbR7nQ/wzzjwGxityLYNmE54K9EX4pxw51Pn7qUfpEB5IGuPtVUijij4sbsDE9BycNnFdDAgMB
    AAECgYEAvjB6fjw0DAh9axQ0cvuPdC9TZxkHroDMc/q7mg14BOkQHvsrObnjfOI0o5v9yde3mWpgM8kmSvztCZ5oA+wxrdqM9M+eIdabwuS1G+91
    aylOzj2VN31SdP7HNIzYZzvDSoYWmDLwXCQ7hRknAz0wPXu+YwNzj6FN19iAJhGk74ECQQD3JTNgY9QwwSO6L13x0WbrZPw71JbLqoPJmV9RvNgz
    guPsle+iv5uMdJJbzvmaSno8o7P50z83fHxmCzXXOt1TAkEA1joJBsdReUM2cCqX9zklWZtBrvaYJo1NjgZC1/14afGHsjyP/cTPIM0sjjQXWALO
    LwIFyBow/cio3kpK8zhwUQJABFNPWeGFZjELKggIMeJDVd1XmMh4tynN0qpvg6O1ePlSeeKJ5iRKWaP0p8ywi6XAC+2librLwXHZT4PktlaeZwJA
    TzS/96CkUAh4zToCW+bmF15fB7inAsIF5bgM6N0Ps2QY/t6DgplM19zkV2ONKf5Hi3vc9WIxsPOK9D1Vvt2kMQJABAc/jWdOqFweBkPlpfD2Mf1a
    EbPWjsnc+hklWnISYm6YmLhbE2LkTwQF15JTpjvnNodK0TTE372WcK8VihDocw==
  `,
} as const

const key = (name: keyof typeof KEYS): KeyObject =>
  createPrivateKey({ key: Buffer.from(KEYS[name], 'base64'), format: 'der', type: 'pkcs8' })

export const CA: RawIdentity = rawCertificate({
  subject: commonName('Fuzz CA'),
  privateKey: key('ca'),
  extensions: [caExtension(), keyUsageExtension(5, 6)],
})

export const RA: RawIdentity = rawCertificate({
  subject: commonName('Fuzz RA'),
  privateKey: key('ra'),
  issuer: commonName('Fuzz CA'),
  issuerKey: CA.privateKey,
  serial: Buffer.from('0102030405', 'hex'),
  extensions: [keyUsageExtension(0, 2)],
})

/** Self-signed, as a device is that has no certificate yet. */
export const DEVICE: RawIdentity = rawCertificate({ subject: commonName('device1'), privateKey: key('device') })

/** What the CA issued to the device. */
export const ISSUED: RawIdentity = rawCertificate({
  privateKey: DEVICE.privateKey,
  issuer: commonName('Fuzz CA'),
  issuerKey: CA.privateKey,
  serial: Buffer.from([0x77]),
})

/** The CA that will follow. */
export const NEXT_CA: RawIdentity = rawCertificate({
  subject: commonName('Fuzz CA 2'),
  privateKey: RA.privateKey,
  extensions: [caExtension(), keyUsageExtension(5, 6)],
})

export const certificateOf = (identity: RawIdentity): Certificate => parseCertificate(identity.certificate)
