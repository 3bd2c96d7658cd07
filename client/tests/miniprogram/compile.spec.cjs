/** Every page and component of the built mini-program passes WeChat's own compilers. */
const assert = require('node:assert/strict')
const { chmodSync, readdirSync } = require('node:fs')
const { spawnSync } = require('node:child_process')
const path = require('node:path')
const { test } = require('node:test')
const { BUILD } = require('./host/app.cjs')
const { pages } = require('../../tools/visits.cjs')

const COMPILERS = path.join(path.dirname(require.resolve('miniprogram-compiler')), 'bin/linux')
const built = readdirSync(BUILD, { recursive: true }).map(String)

function compile(compiler, file) {
  const program = path.join(COMPILERS, compiler)
  chmodSync(program, 0o755) // npm unpacks it without its run bit
  const { status, stdout, stderr } = spawnSync(program, [file], { cwd: BUILD, encoding: 'utf8', maxBuffer: 1e8 })
  assert.equal(status, 0, `${file}: ${stderr || stdout.slice(-500)}`)
  assert.ok(stdout.length > 0, `${file} 没有编译出内容`)
}

test('every page of the route table was built', () => {
  for (const page of pages()) assert.ok(['js', 'json', 'wxml'].every((kind) => built.includes(`${page}.${kind}`)), page)
})

test('wcc compiles every template', () => {
  const templates = built.filter((name) => name.endsWith('.wxml'))
  assert.ok(templates.length >= pages().length)
  for (const file of templates) compile('wcc', file)
})

test('wcc refuses a broken template', () => {
  const { status } = spawnSync(path.join(COMPILERS, 'wcc'), ['-s', 'broken.wxml'], { input: '<view><text></view>', encoding: 'utf8' })
  assert.notEqual(status, 0)
})

test('wcsc compiles every style sheet', () => {
  for (const file of built.filter((name) => name.endsWith('.wxss'))) compile('wcsc', file)
})
