// Fails when src/api/schema.d.ts is not what the server's document (build/openapi.json) makes of it now.
import { readFileSync } from 'node:fs'
import path from 'node:path'
import openapiTypescript, { astToString, COMMENT_HEADER } from 'openapi-typescript'

const HERE = import.meta.dirname
const document = new URL(`file://${path.resolve(HERE, '../../build/openapi.json')}`)
const wanted = COMMENT_HEADER + astToString(await openapiTypescript(document))
const kept = readFileSync(path.resolve(HERE, '../src/api/schema.d.ts'), 'utf8')
if (wanted !== kept) {
  const [a, b] = [wanted.split('\n'), kept.split('\n')]
  const line = a.findIndex((text, n) => text !== b[n])
  console.error('client/src/api/schema.d.ts 与服务端的接口不一致，请运行 make client 并提交它。')
  console.error(`第 ${line + 1} 行：应为 ${a[line]?.trim()}，现为 ${b[line]?.trim()}`)
  process.exit(1)
}
