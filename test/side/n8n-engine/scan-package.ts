// Runs n8n's scan over a folder: `node scan-package.ts <folder> source|tarball`. A process of its own, as the rules
// are others where a test runner is about.
// @ts-expect-error: it comes without types
import { analyzePackage, SOURCE_FILE_PATTERNS } from '@n8n/scan-community-package/scanner/scanner.mjs'

const [folder, leg] = process.argv.slice(2)
const patterns = leg === 'source' ? SOURCE_FILE_PATTERNS : ['**/*.js', 'package.json']
console.log(JSON.stringify(await analyzePackage(folder, patterns)))
