import { parseCertificationRequest } from '@chancery/pki'

/**
 * A real certification request of nobody (RSA-2048, SHA-256; its private key was thrown away when it was made with
 * `openssl req -new`). Where a message yields none, this one is parsed and verified in its place, so that every
 * message goes through the same steps (design, rule 13).
 */
const lines = [
  'MIICWDCCAUACAQAwEzERMA8GA1UEAwwIc3RhbmQtaW4wggEiMA0GCSqGSIb3DQEBAQUAA4IBDwAwggEKAoIBAQCXO24sqmgQna9tl7Pf5acxlN',
  'zVQ8N5qSsHMIxmHvRBbwqg02Ann0jwEM87piJqyuWRR/RxNaYGbqv989giU4xdlo7ZQITkjt/0EE8tT2QASmZW+c1X4LbeEtjemZsFXiWWCzju',
  'NfCiDxwyCA2kATqALJEb5DYJFViH7xBt2r3iKQnr7NlBLcTURCznjRZZxca+ceYH5SQtmy7FH7FNHOBnbPk3Q85uuk9xKp2J9+QlrSqLCCMZF9',
  'GXaJhYdCCGe1lht7e8kax34S18JWBlg7V48MJlzzJBrKxg4bH9YE342znzo8hwrxt0ZIbXLUUTjwnKQc+nQsH41kuUhY8mLIdnAgMBAAGgADAN',
  'BgkqhkiG9w0BAQsFAAOCAQEADcVYHnXch4/1JD6NPZ0u3L+8E/7xacSBUmsmI7Fa4vg5DjbF6tVWVcLColztkFx5/Q2vUn2A79dFFZPu5rFB8y',
  'QP+2TXgAjcfhNsBs7MH1ELE7ijx5lBqNy9yPyeddUyxDC6v5PsAa44BeYlPvAtzKJ5rQq1TB4Uo5DHJenrTiyOW4s6ed4TLWsT5KahTZRZTATY',
  '2hZ3u84ODHJr39JxKHiMjfEroLIyOlWuZOWK1LofTzrbXrcmzcd7XRARzCN8qmrd3Yfif9bymUFm7q4JF5FeHs5gsdX+XbczMG+aoorLaEaIhe',
  'MokcN8KsnmAh9gnGd5knxWCLrFdwelIWGxpg==',
]

export const STAND_IN_DER: Buffer = Buffer.from(lines.join(''), 'base64')

export const STAND_IN = parseCertificationRequest(STAND_IN_DER)
