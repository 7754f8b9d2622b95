import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { cacheFullPage, noRightPage, passwordPage, sentencePage } from './page.ts'
import { OTHER_WAYS, scrape } from './testing/scraper.ts'

const caCertificate = Buffer.from('a certificate')
const challenge = '0123456789ABCDEF0123456789ABCDEF'
const PAGE = passwordPage({ caCertificate, challenge, minutes: 60 })

test('the page is UTF-16, the low octet first, with the mark that says so', () => {
  expect(PAGE.subarray(0, 4)).toEqual(Buffer.from([0xff, 0xfe, 0x3c, 0x00]))
  expect(PAGE.length % 2).toBe(0)
})

test('challenge and thumbprint are found, the thumbprint as MD5 in groups of eight', () => {
  const scraped = scrape(PAGE)
  expect(scraped).toMatchObject({ challenge, isFull: false, hasNoRight: false })
  expect(scraped.thumbprint).toBe(createHash('md5').update(caCertificate).digest('hex').toUpperCase())
  expect(scraped.text).toMatch(/CA certificate is: <B> [0-9A-F]{8}( [0-9A-F]{8}){3} <\/B> <P> The enrollment/)
  expect(scraped.text).toContain('Network Device Enrollment Service')
})

test.each(Object.entries(OTHER_WAYS))('a program that takes %s finds the challenge', (_, way) => {
  expect(way(scrape(PAGE).text)).toBe(challenge)
})

test('how long it lasts stands between the words that are looked for', () => {
  const { text } = scrape(PAGE)
  const before = 'will expire within '
  expect(text.slice(text.indexOf(before) + before.length, text.lastIndexOf(' minutes'))).toBe('60')
})

test('a full cache and a missing right are said in the words of NDES, and no challenge is found there', () => {
  expect(scrape(cacheFullPage(1000))).toMatchObject({ isFull: true, hasNoRight: false, challenge: undefined })
  expect(scrape(noRightPage())).toMatchObject({ isFull: false, hasNoRight: true, challenge: undefined })
})

test('what comes from elsewhere cannot become a tag', () => {
  const { text } = scrape(sentencePage(`SCEP profile "<script>alert('x')</script>" & more`))
  expect(text).toContain('&quot;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&quot; &amp; more')
  expect(text).not.toContain('<script>')
})
