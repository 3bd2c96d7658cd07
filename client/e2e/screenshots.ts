/** `npm run screenshots`: every page as it looks at 360 × 740, in elder mode and in the dark, into build/screenshots. */
import { mkdirSync, rmSync } from 'node:fs'
import path from 'node:path'
import { address, visits, type Visit } from '../tools/visits.cjs'
import { open, test, type Someone } from './harness/fixtures'
import { logIn, PHONES, type Who } from './harness/people'

const FOLDER = path.resolve(__dirname, '../../build/screenshots')
const ELDER = JSON.stringify({ elder: true, theme: 'system', motion: true, speech: false })
const LOOKS = [
  { name: 'normal', elder: false, colorScheme: 'light' },
  { name: 'elder', elder: true, colorScheme: 'light' },
  { name: 'dark', elder: false, colorScheme: 'dark' },
] as const

test('every page', async ({ hand }) => {
  test.setTimeout(900_000)
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER, { recursive: true })
  const [worker, mother, clerk, approver] = await Promise.all((['worker', 'mother', 'clerk', 'approver'] as const).map((who) => logIn(PHONES[who])))
  const planned = await visits({ worker: worker!, mother: mother!, clerk: clerk!, approver: approver! })
  for (const look of LOOKS) {
    const hands = new Map<Visit['who'], Someone>()
    for (const visit of planned) {
      if (!hands.has(visit.who)) hands.set(visit.who, await dressed(hand, visit.who, look))
      await photograph(hands.get(visit.who)!, visit, look.name)
    }
  }
})

async function dressed(hand: (who?: Who, options?: object) => Promise<Someone>, who: Visit['who'], look: (typeof LOOKS)[number]): Promise<Someone> {
  const someone = await hand(who === 'stranger' ? undefined : who, { colorScheme: look.colorScheme, reducedMotion: 'reduce' })
  if (look.elder) await someone.context.addInitScript((kept) => {
    // an empty page has no memory
    if (location.protocol.startsWith('http')) localStorage.setItem('zheng.preferences', kept)
  }, ELDER)
  return someone
}

async function photograph({ page }: Someone, visit: Visit, look: string): Promise<void> {
  await open(page, address(visit))
  const name = visit.route.replace(/^pages\//, '').replace('/', '-')
  await page.screenshot({ path: path.join(FOLDER, `${name}.${look}.png`) })
}
