import {
  decodePem,
  encodePem,
  generalNameFromText,
  generalNameToText,
  nameFromText,
  nameToText,
  sameName,
} from '@chancery/pki'
import { chooseAlgorithms, decodeGetMessage, parseCapabilities } from '@chancery/scep'
import { inspected } from './scep-targets.ts'
import { holds, type Target, without } from './target.ts'

const latin1 = (texts: readonly string[]) => texts.map((text) => Buffer.from(text, 'latin1'))

/** What reads text: the octets of a case stand for characters. */
export const TEXT_TARGETS: Readonly<Record<string, Target>> = {
  pem: {
    text: true,
    samples: ({ certificates, crls }) =>
      latin1([
        encodePem('CERTIFICATE', certificates[0] as Buffer),
        `text\r\n${encodePem('CERTIFICATE', certificates[1] as Buffer)}more\n${encodePem('X509 CRL', crls[0] as Buffer)}`,
      ]),
    read: (bytes) => decodePem(bytes.toString('latin1')),
  },
  query: {
    text: true,
    samples: ({ requests }) => {
      const base64 = (requests[0] as Buffer).toString('base64')
      return latin1([
        `operation=PKIOperation&message=${encodeURIComponent(base64)}`,
        `?message=${base64.replaceAll('+', ' ').replace(/.{64}/g, '$&\r\n')}&operation=x`,
        `message=${encodeURIComponent(encodeURIComponent(base64))}`,
      ])
    },
    read: (bytes) => holds(decodeGetMessage(bytes.toString('latin1')).length > 0, 'a message has octets'),
  },
  capabilities: {
    text: true,
    samples: () => latin1(['AES\r\nSHA-256\n\n  DES3 \nPOSTPKIOperation\nSCEPStandard\nRenewal\n', 'GetNextCACert']),
    read: (bytes) => chooseAlgorithms(parseCapabilities(bytes.toString('utf8'))),
  },
  /** A message as somebody captured it: a URL, a hex dump, PEM, base64, an HTTP request. */
  captured: {
    text: true,
    share: 0.1,
    samples: ({ requests }) => {
      const [request = Buffer.alloc(0)] = requests
      const base64 = request.toString('base64')
      const dump = request.toString('hex').replace(/../g, '$& ')
      return latin1([
        `http://a.example/scep?operation=PKIOperation&message=${encodeURIComponent(base64)}`,
        `POST /scep?operation=PKIOperation HTTP/1.1\r\nHost: a\r\nContent-Length: ${base64.length}\r\n\r\n${base64}`,
        dump.replace(/(?:.. ){16}/g, '00000000  $&\n'),
        encodePem('PKCS7', request),
        base64,
        'AES\nSHA-256\nPOSTPKIOperation\n',
      ])
    },
    read: inspected,
  },
  nameText: {
    text: true,
    samples: () =>
      latin1(['CN=a\\,b+serialNumber=1,O=\\C3\\A4,DC=example,1.2.3=#020105', 'cn = x , OID.2.5.4.10=y', '']),
    read(bytes) {
      const name = nameFromText(bytes.toString('utf8'))
      without(() => holds(sameName(nameFromText(nameToText(name)), name), 'a name keeps its text'))
    },
  },
  generalNameText: {
    text: true,
    samples: () =>
      latin1([
        'DNS:a.example',
        'IP:2001:db8::1',
        'ip:1.2.3.4',
        'RID:1.2.3',
        'otherName:1.2.3=#0c0161',
        'UPN:a@b',
      ]).concat(latin1(['dirName:CN=a+O=b', 'other:#830161', 'email:a@b', 'URI:urn:x'])),
    read(bytes) {
      const text = generalNameToText(generalNameFromText(bytes.toString('utf8')))
      without(() => holds(generalNameToText(generalNameFromText(text)) === text, `${text} is read as itself`))
    },
  },
}
