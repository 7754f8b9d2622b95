/** PKCS#8 of a P-256 key, made with `openssl genpkey` for these tests alone. */
export const RA_PRIVATE_KEY = Buffer.from(
  'MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgkpBEkXEIF9QvgG6IJgFG+SLV2vFO8mvfYnFcKU/XhP6hRANCAATBSuDM3q5PSGcD4ELKlxNETs9x/lGSU6H9zbx0OxLmB8xC3xOZ8FTLXjBKl9/Xwg4Ljjc0qDyRv1TvICazgBrV',
  'base64',
)
