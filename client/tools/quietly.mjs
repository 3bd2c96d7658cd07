// uni-app's builder without its advertisements: silent when it worked, its own words when it did not. `quietly.mjs h5`
import { spawnSync } from 'node:child_process'

const platform = process.argv[2]
const done = spawnSync('uni', ['build', '-p', platform], { encoding: 'utf8', shell: false })
const words = `${done.stdout ?? ''}${done.stderr ?? ''}`
const faults = words.split('\n').filter((line) => /\b(error|warning|failed)\b|警告|错误/i.test(line) && !/uni statistics/.test(line))
if (done.error || done.status !== 0) {
  console.error(words, done.error ?? '')
  process.exit(1)
}
for (const fault of faults) console.error(fault)
console.log(`dist/build/${platform}`)
