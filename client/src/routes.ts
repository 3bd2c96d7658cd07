/** Every page of the client: its address, its name, who may open it, and the tab bar it stands in. */
import type { IconName } from './ui/icons'
import { session } from './session'

/** What a page needs before it opens. `name`: a real name; `staff`: any office; a role: that role in force. */
export type Need = 'nothing' | 'login' | 'name' | 'committee' | 'counter'

export interface Route {
  path: string
  title: string
  needs: Need
}

const route = (path: string, title: string, needs: Need): Route => ({ path: `/pages/${path}`, title, needs })

export const ROUTES = {
  home: route('home/home', '掌上证', 'nothing'),
  firstUse: route('first-use/first-use', '登录', 'nothing'),
  realName: route('first-use/real-name', '实名认证', 'login'),
  privacy: route('first-use/privacy', '隐私与同意', 'nothing'),
  help: route('help/help', '需要帮助', 'nothing'),

  open: route('open/open', '正在打开', 'login'),

  need: route('apply/need', '这个证明要不要开', 'nothing'),
  draft: route('apply/draft', '申请证明', 'name'),
  village: route('apply/village', '选择村（居）委会', 'nothing'),
  submitted: route('apply/submitted', '已提交', 'name'),

  progress: route('progress/list', '办理进度', 'login'),
  application: route('progress/application', '申请进度', 'login'),
  answer: route('progress/answer', '补正材料', 'login'),

  wallet: route('wallet/list', '卡包', 'login'),
  walletItem: route('wallet/item', '证明', 'login'),
  paper: route('wallet/paper', '证明原文', 'login'),
  shares: route('wallet/shares', '分享链接', 'login'),
  looks: route('wallet/looks', '谁看过', 'login'),
  showCode: route('wallet/show-code', '亮证', 'login'),

  me: route('me/me', '我的', 'nothing'),
  settings: route('me/settings', '字号与显示', 'nothing'),
  people: route('me/people', '亲友代办', 'name'),
  consents: route('me/consents', '我的同意', 'login'),
  devices: route('me/devices', '登录设备', 'login'),
  phone: route('me/phone', '手机号', 'login'),
  data: route('me/data', '我的资料', 'login'),
  messages: route('me/messages', '消息', 'login'),
  complaints: route('me/complaints', '我的投诉', 'login'),
  complaint: route('me/complaint', '投诉', 'login'),
  invitation: route('me/invitation', '接受任职邀请', 'login'),

  inbox: route('committee/inbox', '收件箱', 'committee'),
  caseFile: route('committee/case', '申请', 'committee'),
  editText: route('committee/edit', '修改正文', 'committee'),
  returnCase: route('committee/return', '退回补正', 'committee'),
  transfer: route('committee/transfer', '转到其他村', 'committee'),
  refuse: route('committee/refuse', '不予出具', 'committee'),
  approve: route('committee/approve', '签批', 'committee'),
  issued: route('committee/issued', '已出证明', 'committee'),
  issuedOne: route('committee/certificate', '证明登记', 'committee'),
  register: route('committee/register', '登记簿', 'committee'),
  absence: route('committee/absence', '请假与代行', 'committee'),
  sentences: route('committee/sentences', '常用语', 'committee'),
  assist: route('committee/assist', '代办', 'committee'),
  confirmPerson: route('committee/confirm-person', '当面确认身份', 'committee'),
  pin: route('committee/pin', '签批密码', 'committee'),
  office: route('committee/office', '我的工作', 'committee'),

  counterScan: route('counter/scan', '扫码核验', 'counter'),
  counterToday: route('counter/today', '今天的核验', 'counter'),
  counterOffice: route('counter/office', '窗口', 'counter'),
  deskLogin: route('counter/desk-login', '登录电脑', 'login'),
} satisfies Record<string, Route>

export type RouteName = keyof typeof ROUTES

export interface Tab {
  route: RouteName
  words: string
  icon: IconName
}

/** The bar at the foot of each hat's first pages. */
export const TABS: Record<Hat, Tab[]> = {
  citizen: [
    { route: 'home', words: '首页', icon: 'home' },
    { route: 'progress', words: '进度', icon: 'clock' },
    { route: 'wallet', words: '卡包', icon: 'card' },
    { route: 'me', words: '我的', icon: 'person' },
  ],
  committee: [
    { route: 'inbox', words: '收件箱', icon: 'inbox' },
    { route: 'issued', words: '已出证明', icon: 'seal' },
    { route: 'office', words: '工作', icon: 'desk' },
  ],
  counter: [
    { route: 'counterScan', words: '扫码', icon: 'scan' },
    { route: 'counterToday', words: '今天', icon: 'clock' },
    { route: 'counterOffice', words: '窗口', icon: 'desk' },
  ],
}

/** Which of a person's hats the app shows: their own affairs, the committee's, or the counter's. */
export type Hat = 'citizen' | 'committee' | 'counter'

const COMMITTEE_ROLES = ['clerk', 'approver', 'town_reviewer']

/** The hats the person logged in may wear, their own affairs first. */
export function hats(): Hat[] {
  const roles = session.me?.roles.map((held) => held.role) ?? []
  return [
    'citizen',
    ...(roles.some((role) => COMMITTEE_ROLES.includes(role)) ? (['committee'] as const) : []),
    ...(roles.includes('counter') ? (['counter'] as const) : []),
  ]
}

/** The first page of a hat. */
export const FIRST_PAGE: Record<Hat, RouteName> = { citizen: 'home', committee: 'inbox', counter: 'counterScan' }

/** Where somebody who may not open the page is led instead; null when they may. */
export function detour(needs: Need): RouteName | null {
  if (needs === 'nothing') return null
  if (!session.loggedIn) return 'firstUse'
  if (needs === 'name' && session.me && !session.me.person) return 'realName'
  if ((needs === 'committee' || needs === 'counter') && session.me && !hats().includes(needs)) return 'home'
  return null
}
