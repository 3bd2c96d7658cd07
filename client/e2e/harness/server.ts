/** A demonstration of this run's own: the product, its worker and the simulators, on free ports in a fresh folder. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'

const ROOT = path.resolve(__dirname, '../../..')
/** The product and its simulators: SMS stands at the second port after the product's, and so on. */
const PORTS = 6
const READY_SECONDS = 120

export interface Server {
  url: string
  stop: () => Promise<void>
}

export async function startServer(): Promise<Server> {
  const port = await freePorts()
  const folder = mkdtempSync(path.join(tmpdir(), 'zheng-e2e-'))
  const environment: NodeJS.ProcessEnv = { ...process.env, DEMO_DIR: folder, DEMO_PORT: String(port), DEMO_JOURNEYS: '', DEMO_BUILD: '0' }
  delete environment.DEMO_EXIT
  const child = spawn(path.join(ROOT, '.venv/bin/python'), ['-m', 'demo'], { cwd: ROOT, env: environment, stdio: 'pipe' })
  const said: string[] = []
  child.stdout.on('data', (bytes) => said.push(String(bytes)))
  child.stderr.on('data', (bytes) => said.push(String(bytes)))
  const url = `http://127.0.0.1:${port}`
  await untilReady(url, child, said)
  return { url, stop: () => stop(child, folder) }
}

/** Where the simulated SMS provider and WeChat of a server answer. */
export function simulator(url: string, which: 'wechat' | 'sms' | 'realname'): string {
  const port = Number(new URL(url).port) + { wechat: 1, sms: 2, realname: 3 }[which]
  return `http://127.0.0.1:${port}/__control__`
}

async function untilReady(url: string, child: ChildProcess, said: string[]): Promise<void> {
  const end = Date.now() + READY_SECONDS * 1000
  while (Date.now() < end) {
    if (child.exitCode !== null) throw new Error(`演示没有启动：\n${said.join('').slice(-3000)}`)
    if (await answers(`${url}/readyz`)) return
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
  child.kill('SIGTERM')
  throw new Error(`演示在 ${READY_SECONDS} 秒内没有就绪：\n${said.join('').slice(-3000)}`)
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url)).ok
  } catch {
    return false
  }
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve))
  if (child.exitCode === null && child.kill('SIGTERM')) await ended
  rmSync(folder, { recursive: true, force: true })
}

/** The first of several free ports in a row. */
async function freePorts(): Promise<number> {
  for (let tries = 0; tries < 50; tries++) {
    const first = 20_000 + Math.floor(Math.random() * 20_000)
    const free = await Promise.all(Array.from({ length: PORTS }, (_, n) => isFree(first + n)))
    if (free.every(Boolean)) return first
  }
  throw new Error('没有找到空闲端口')
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(false))
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)))
  })
}
