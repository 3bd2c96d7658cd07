/** A demonstration of a test run's own: the product, its worker and the simulators, on free ports in a fresh folder. */
const { spawn } = require('node:child_process')
const { mkdtempSync, rmSync } = require('node:fs')
const { createServer } = require('node:net')
const { tmpdir } = require('node:os')
const path = require('node:path')

const ROOT = path.resolve(__dirname, '../..')
/** The product, and its simulators on the ports after it. */
const PORTS = 6
const READY_SECONDS = 150
const SIMULATORS = { wechat: 1, sms: 2, realname: 3 }

/** @returns {Promise<{ url: string, stop: () => Promise<void> }>} */
async function startServer() {
  const port = await freePorts()
  const folder = mkdtempSync(path.join(tmpdir(), 'zheng-client-'))
  const env = { ...process.env, DEMO_DIR: folder, DEMO_PORT: String(port), DEMO_JOURNEYS: '', DEMO_EXIT: '', DEMO_BUILD: '0' }
  const child = spawn(path.join(ROOT, '.venv/bin/python'), ['-m', 'demo'], { cwd: ROOT, env, stdio: 'pipe' })
  /** @type {string[]} */
  const said = []
  child.stdout.on('data', (bytes) => said.push(String(bytes)))
  child.stderr.on('data', (bytes) => said.push(String(bytes)))
  const url = `http://127.0.0.1:${port}`
  await untilReady(url, child, said)
  return { url, stop: () => stop(child, folder) }
}

/**
 * Where a simulator of a server takes orders.
 * @param {string} url
 * @param {'wechat' | 'sms' | 'realname'} which
 */
function simulator(url, which) {
  return `http://127.0.0.1:${Number(new URL(url).port) + SIMULATORS[which]}/__control__`
}

/** @param {string} url @param {import('node:child_process').ChildProcess} child @param {string[]} said */
async function untilReady(url, child, said) {
  const end = Date.now() + READY_SECONDS * 1000
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`演示没有启动：\n${said.join('').slice(-3000)}`)
    if (await answers(`${url}/readyz`)) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  child.kill('SIGTERM')
  throw new Error(`演示在 ${READY_SECONDS} 秒内没有就绪：\n${said.join('').slice(-3000)}`)
}

/** @param {string} url */
async function answers(url) {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

/** @param {import('node:child_process').ChildProcess} child @param {string} folder */
async function stop(child, folder) {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode === null && child.kill('SIGTERM')) await ended
  rmSync(folder, { recursive: true, force: true })
}

/** The first of several free ports in a row. */
async function freePorts() {
  for (let tries = 0; tries < 50; tries++) {
    const first = 20_000 + Math.floor(Math.random() * 20_000)
    const free = await Promise.all(Array.from({ length: PORTS }, (_, n) => isFree(first + n)))
    if (free.every(Boolean)) return first
  }
  throw new Error('没有找到空闲端口')
}

/** @param {number} port @returns {Promise<boolean>} */
function isFree(port) {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}

module.exports = { startServer, simulator }
