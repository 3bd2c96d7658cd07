// What WeChat would refuse or a weak phone would suffer from: the sizes of the built packages, against their limits.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import path from 'node:path'

const BUILD = path.resolve(import.meta.dirname, '../dist/build')
const MINI_PROGRAM = path.join(BUILD, 'mp-weixin')
const MEGABYTE = 1024 * 1024
const MAIN_PACKAGE = MEGABYTE
const SUB_PACKAGE = 2 * MEGABYTE
const WEB_FIRST_LOAD = 200 * 1024

const bytes = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => statSync(path.join(folder, name)))
    .reduce((sum, found) => sum + (found.isFile() ? found.size : 0), 0)
const kilo = (size) => `${Math.round(size / 1024)} kB`

let tooLarge = false
function report(what, size, limit) {
  console.log(`${what}: ${kilo(size)}（上限 ${kilo(limit)}）`)
  tooLarge ||= size > limit
}

const { subPackages = [] } = JSON.parse(readFileSync(path.join(MINI_PROGRAM, 'app.json'), 'utf8'))
const parts = subPackages.map(({ root }) => ({ root, size: bytes(path.join(MINI_PROGRAM, root)) }))
report('小程序主包', bytes(MINI_PROGRAM) - parts.reduce((sum, part) => sum + part.size, 0), MAIN_PACKAGE)
for (const { root, size } of parts) report(`小程序分包 ${root}`, size, SUB_PACKAGE)

const H5 = path.join(BUILD, 'h5')
const page = readFileSync(path.join(H5, 'index.html'), 'utf8')
const named = [...page.matchAll(/(?:src|href)="\/m\/(assets\/[^"]+)"/g)].map((found) => found[1])
const packed = (name) => statSync(existsSync(path.join(H5, `${name}.gz`)) ? path.join(H5, `${name}.gz`) : path.join(H5, name)).size
report('网页版首屏（gzip，不含页面自己的一块）', ['index.html', ...named].reduce((sum, name) => sum + packed(name), 0), WEB_FIRST_LOAD)

if (tooLarge) {
  console.error('有一个包超过了上限。')
  process.exit(1)
}
