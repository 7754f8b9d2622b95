import { expect, test } from 'vitest'
import { scepUrl } from './scep-url.ts'

test('S-4.1-09 a bare host is asked at /cgi-bin/pkiclient.exe, a path is left alone', () => {
  expect(scepUrl('http://ca.example', 'GetCACaps')).toBe('http://ca.example/cgi-bin/pkiclient.exe?operation=GetCACaps')
  expect(scepUrl('http://ca.example/scep/', 'GetCACert')).toBe('http://ca.example/scep/?operation=GetCACert')
})

test('S-4.1-05 a message goes as base64 with + / = escaped', () => {
  const url = scepUrl('http://ca.example/scep', 'PKIOperation', Buffer.from('fbeffffbefff00', 'hex'))
  expect(url).toBe('http://ca.example/scep?operation=PKIOperation&message=%2B%2B%2F%2F%2B%2B%2F%2FAA%3D%3D')
})

test('parameters of the base URL are kept', () => {
  expect(scepUrl('http://ca.example/scep?tenant=a', 'GetCACaps')).toBe(
    'http://ca.example/scep?operation=GetCACaps&tenant=a',
  )
})
