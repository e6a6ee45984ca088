/** Writes the tables where Kotlin and Swift read them: `node src/write.ts` (Node 24). */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { TABLE } from './table.ts'

export const PLACES = ['android/src/main/assets/call24_telecom.json', 'ios/Sources/Call24Telecom/Resources/call24_telecom.json']
const rows = (of: readonly (readonly unknown[])[]): string => `[\n${of.map((row) => `    ${JSON.stringify(row)}`).join(',\n')}\n  ]`
/** A row a line, so that a change is seen. */
export const text = `{\n${Object.entries(TABLE)
  .map(([name, value]) => `  ${JSON.stringify(name)}: ${Array.isArray(value) && Array.isArray(value[0]) ? rows(value) : JSON.stringify(value)}`)
  .join(',\n')}\n}\n`

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const place of PLACES) {
    const file = fileURLToPath(new URL(`../${place}`, import.meta.url))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
}
