/** Every page of the app: nothing for axe to say in light and dark, large enough to touch, readable on 320 dots. */
import { address, visits, type Visit } from '../tools/visits.cjs'
import { expect, open, test, type Someone } from './harness/fixtures'
import { atTwiceTheType, hasNoViolations, overhang, smallTargets } from './harness/axe'
import { logIn, PHONES, type Who } from './harness/people'

/** The approver first: other tests work off the pile that their pages show. */
const NAMES: Visit['who'][] = ['approver', 'clerk', 'counter', 'mother', 'stranger', 'worker']

async function planned(): Promise<Visit[]> {
  const [worker, mother, clerk, approver] = await Promise.all((['worker', 'mother', 'clerk', 'approver'] as const).map((who) => logIn(PHONES[who])))
  return visits({ worker: worker!, mother: mother!, clerk: clerk!, approver: approver! })
}

for (const who of NAMES) {
  test(`pages of ${who}`, async ({ hand }) => {
    test.setTimeout(240_000)
    const mine = (await planned()).filter((visit) => visit.who === who)
    const someone = await hand(who === 'stranger' ? undefined : (who as Who))
    for (const visit of mine) await examine(someone, visit)
  })
}

async function examine({ page }: Someone, visit: Visit): Promise<void> {
  const where = address(visit)
  await test.step(where, async () => {
    await open(page, where)
    await expect.soft(page, `${where} 没有打开`).toHaveURL(new RegExp(visit.lands))
    await hasNoViolations(page, where)
    expect.soft(await smallTargets(page), `${where}：太小，不好按`).toEqual([])
    await page.setViewportSize({ width: 320, height: 640 })
    expect.soft(await overhang(page), `${where}：320 像素宽时要左右滑动`).toBeLessThanOrEqual(0)
    await page.setViewportSize({ width: 360, height: 740 })
    expect.soft(await atTwiceTheType(page, () => overhang(page)), `${where}：字放大一倍时要左右滑动`).toBeLessThanOrEqual(0)
  })
}
