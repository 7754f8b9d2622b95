import { PASSWORD_LENGTH } from '@chancery/api'

/** Of those long enough, what is tried first everywhere; in lower case. */
const COMMON: ReadonlySet<string> = new Set([
  '123456789012',
  '1234567890123',
  '12345678901234',
  '123456789123',
  '1234567890qwerty',
  '1q2w3e4r5t6y',
  '1qaz2wsx3edc',
  'abcdefghijkl',
  'adminadminadmin',
  'administrator',
  'administrator1',
  'chancerychancery',
  'changemechangeme',
  'changemenow!',
  'correcthorsebatterystaple',
  'iloveyou1234',
  'letmeinletmein',
  'password1234',
  'password12345',
  'password123456',
  'password123!',
  'passwordpassword',
  'p@ssw0rd1234',
  'qwerty123456',
  'qwertyqwerty',
  'qwertyuiop12',
  'qwertyuiop123',
  'qwertyuiopasdf',
  'secretsecret',
  'welcome12345',
  'welcomewelcome',
])

/** Why a password is not taken, as it follows `The password`; undefined: it is. No rule on what it is made of (NIST SP 800-63B §3.1.1.2). */
export function passwordFault(password: string, name: string): string | undefined {
  const { minimum, maximum } = PASSWORD_LENGTH
  const length = [...password.normalize('NFC')].length
  if (length < minimum || length > maximum) return `must have ${minimum} to ${maximum} characters.`
  const plain = password.toLowerCase()
  if (plain === name) return 'must not be the name of the user.'
  if (COMMON.has(plain) || new Set(plain).size === 1) return 'is one of those that are tried first. Choose another one.'
  return undefined
}
