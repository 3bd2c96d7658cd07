/** Runs commands, one after the other, beside one demonstration server whose address they find in E2E_URL. */
const { spawn } = require('node:child_process')
const { startServer } = require('./demo-server.cjs')

/** @param {string} command @param {NodeJS.ProcessEnv} env @returns {Promise<number>} */
function run(command, env) {
  return new Promise((resolve) => {
    spawn(command, { shell: true, stdio: 'inherit', env }).once('exit', (code) => resolve(code ?? 1))
  })
}

async function main() {
  const running = process.env.E2E_URL ? { url: process.env.E2E_URL, stop: async () => {} } : await startServer()
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => running.stop().then(() => process.exit(1)))
  let status = 0
  for (const command of process.argv.slice(2)) status ||= await run(command, { ...process.env, E2E_URL: running.url })
  await running.stop()
  process.exit(status)
}

main()
