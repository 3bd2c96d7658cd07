// After the H5 build: a gzip copy beside every text, so that the server never packs while somebody waits.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

const FOLDER = path.resolve(import.meta.dirname, '../dist/build/h5')
const TEXT = /\.(html|js|css|svg|json|webmanifest|wasm)$/
const LEAST_BYTES = 512

for (const name of readdirSync(FOLDER, { recursive: true })) {
  const file = path.join(FOLDER, name)
  if (!TEXT.test(name) || statSync(file).size < LEAST_BYTES) continue
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }))
}
