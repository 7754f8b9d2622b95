import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../repo/repository.ts'
import { PAGE, renderPage } from './page.ts'

/** `npm run compatibility`: writes docs/operate/compatibility.md. */
writeFileSync(join(ROOT, PAGE), renderPage())
