// After the H5 build: style sheets ask for nothing from elsewhere (uni-app's own name pictures on a CDN), and a gzip copy
// stands beside every text, so that the server never packs while somebody waits.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'

const FOLDER = path.resolve(import.meta.dirname, '../dist/build/h5')
const TEXT = /\.(html|js|css|svg|json|webmanifest|wasm)$/
const LEAST_BYTES = 512

const FOREIGN = /url\((["']?)(https?:)?\/\/[^)]*\1\)/g

for (const name of readdirSync(FOLDER, { recursive: true })) {
  if (!name.endsWith('.css')) continue
  const file = path.join(FOLDER, name)
  writeFileSync(file, readFileSync(file, 'utf8').replace(FOREIGN, 'none'))
}

for (const name of readdirSync(FOLDER, { recursive: true })) {
  const file = path.join(FOLDER, name)
  if (!TEXT.test(name) || statSync(file).size < LEAST_BYTES) continue
  writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }))
}

// What the app keeps for days without a network: every page, but not the heavy reader of codes, which needs one anyway.
const HEAVY = /zxing|\.wasm$/
const files = readdirSync(path.join(FOLDER, 'assets')).filter((name) => !name.endsWith('.gz') && !HEAVY.test(name))
writeFileSync(path.join(FOLDER, 'files.json'), JSON.stringify(files.map((name) => `/m/assets/${name}`)))
