/**
 * Every page of the app, as whom to open it and with what: shared by the accessibility tests, the screenshots and the
 * mini-program's rendering. The ids are looked up in the demonstration's data.
 *
 * @typedef {'stranger' | 'worker' | 'mother' | 'clerk' | 'approver' | 'counter'} Who
 * @typedef {{ get: (path: string) => Promise<any>, post: (path: string, body?: unknown) => Promise<any> }} Api
 * @typedef {{ route: string, who: Who, query: Record<string, string>, lands: string }} Visit `lands`: where it leads
 */
const { readFileSync } = require('node:fs')
const path = require('node:path')

/** @returns {string[]} the app's pages in the order of src/pages.json, without a leading slash */
function pages() {
  const { pages: main, subPackages = [] } = JSON.parse(readFileSync(path.resolve(__dirname, '../src/pages.json'), 'utf8'))
  /** @param {string} root @param {{ path: string }[]} list */
  const of = (root, list) => list.map((page) => root + page.path)
  return [...of('', main), ...subPackages.flatMap((/** @type {any} */ part) => of(`${part.root}/`, part.pages))]
}

/** @param {Visit} visit */
function address({ route, query }) {
  const search = new URLSearchParams(query).toString()
  return `/${route}${search ? `?${search}` : ''}`
}

/**
 * @param {{ worker: Api, clerk: Api, approver: Api, mother: Api }} apis
 * @returns {Promise<Visit[]>}
 */
async function visits(apis) {
  const ids = await look(apis)
  /** @type {Record<string, Partial<Visit>>} pages that need more than to be opened by the worker */
  const special = {
    'pages/first-use/first-use': { who: 'stranger' },
    'pages/open/open': { query: { kind: 'nothing' }, lands: 'pages/me/messages' },
    'pages/apply/draft': { query: { id: ids.draft } },
    'pages/apply/submitted': { query: { id: ids.waiting }, who: 'mother' },
    'pages/progress/application': { query: { id: ids.issuedApplication } },
    'pages/progress/answer': { query: { id: ids.returned }, who: 'mother' },
    'pages/wallet/item': { query: { id: ids.item } },
    'pages/wallet/paper': { query: { id: ids.item } },
    'pages/wallet/shares': { query: { id: ids.item } },
    'pages/wallet/looks': { query: { id: ids.item } },
    'pages/wallet/show-code': { query: { id: ids.item } },
    'pages/me/complaint': { query: { id: ids.complaint } },
    'pages/committee/case': { query: { id: ids.mine } },
    'pages/committee/edit': { query: { id: ids.mine } },
    'pages/committee/return': { query: { id: ids.mine } },
    'pages/committee/transfer': { query: { id: ids.mine } },
    'pages/committee/refuse': { query: { id: ids.mine } },
    'pages/committee/approve': { query: { id: ids.toSign }, who: 'approver' },
    'pages/committee/certificate': { query: { id: ids.certificate }, who: 'approver' },
    'pages/committee/absence': { who: 'approver' },
    'pages/committee/pin': { who: 'approver' },
    'pages/counter/desk-login': { who: 'counter' },
  }
  return pages().map((route) => ({ route, who: usual(route), query: {}, lands: route, ...special[route] }))
}

/** @param {string} route @returns {Who} */
function usual(route) {
  if (route.startsWith('pages/committee/')) return 'clerk'
  return route.startsWith('pages/counter/') ? 'counter' : 'worker'
}

/** @param {{ worker: Api, clerk: Api, approver: Api, mother: Api }} apis */
async function look({ worker, clerk, approver, mother }) {
  /** @param {Api} api @param {string} where @param {(row: any) => boolean} fits */
  const first = async (api, where, fits = () => true) => (await api.get(where)).items.find(fits)?.id ?? ''
  /** @param {string} state */
  const inState = (state) => (/** @type {any} */ row) => row.state === state
  const inbox = (/** @type {string} */ tab) => `/mp/v1/committee/inbox?tab=${tab}`
  return {
    draft: await first(worker, '/mp/v1/applications', inState('draft')),
    issuedApplication: await first(worker, '/mp/v1/applications', inState('issued')),
    item: await first(worker, '/mp/v1/wallet', (row) => row.showable),
    complaint: await first(worker, '/mp/v1/complaints'),
    waiting: await first(mother, '/mp/v1/applications', inState('submitted')),
    returned: await first(mother, '/mp/v1/applications', inState('returned')),
    mine: await first(clerk, inbox('mine')),
    toSign: await first(approver, inbox('to_sign')),
    certificate: await first(approver, '/mp/v1/committee/certificates', (row) => row.standing === 'in_force'),
  }
}

module.exports = { pages, visits, address }
