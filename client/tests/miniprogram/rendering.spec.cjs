/** Every built page renders for whom it is meant, with the demonstration's data, and nothing complains. */
const assert = require('node:assert/strict')
const { test, before, after } = require('node:test')
const { open } = require('./host/app.cjs')
const { startServer } = require('../../tools/demo-server.cjs')
const { logIn, PHONES, remembered } = require('../../tools/callers.cjs')
const { address, visits } = require('../../tools/visits.cjs')

let server, phone, callers

before(async () => {
  server = process.env.E2E_URL ? { url: process.env.E2E_URL, stop: async () => {} } : await startServer()
  callers = {}
  for (const [who, number] of Object.entries(PHONES)) callers[who] = await logIn(server.url, number)
  phone = await open(server.url)
})

after(async () => server.stop())

test('every page says something and complains of nothing', async (context) => {
  let worn = ''
  for (const visit of await visits(callers)) {
    await context.test(`${address(visit)} (${visit.who})`, async () => {
      if (worn !== visit.who) await wear((worn = visit.who))
      await phone.visit(address(visit))
      await phone.hand.at(visit.lands)
      assert.ok(phone.hand.words().length > 10, `页面几乎是空的：${phone.hand.words()}`)
      assert.doesNotMatch(phone.hand.words(), /undefined|\[object|NaN|Invalid Date/)
    })
  }
})

/** The phone remembers this person, as if they had logged in. */
async function wear(who) {
  phone.storage.values.clear()
  if (who !== 'stranger') for (const { name, value } of await remembered(callers[who])) phone.storage.values.set(name, value)
  await phone.restart()
}
