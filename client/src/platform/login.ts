/** Where WeChat and a browser let somebody in differently: privacy, log-in code, face check, a call. */

export type FaceOutcome = 'done' | 'cancelled' | 'unavailable'

/** Whether the app runs inside WeChat. */
export const inWeChat = whetherInWeChat()

function whetherInWeChat(): boolean {
  // #ifdef H5
  return false
  // #endif
  // #ifndef H5
  return true
  // #endif
}

interface Ending {
  success?: () => void
  fail?: (fault: { errMsg?: string; errCode?: number }) => void
}

/** The part of WeChat's own interface that uni-app does not wrap. Each may be missing in an old WeChat. */
interface WeChat {
  requirePrivacyAuthorize?: (ask: Ending) => void
  openPrivacyContract?: (ask: Ending) => void
  requestFacialVerify?: (ask: Ending & { verifyId: string }) => void
}

declare const wx: WeChat

function weChat(): WeChat {
  // #ifdef H5
  return {}
  // #endif
  // #ifndef H5
  return wx
  // #endif
}

/**
 * Whether WeChat holds the person's agreement to its privacy guide. The browser has no such thing: our own page asks.
 * An old WeChat without it asks nothing either.
 */
export function privacyAgreed(): Promise<boolean> {
  const { requirePrivacyAuthorize } = weChat()
  if (!requirePrivacyAuthorize) return Promise.resolve(true)
  return new Promise((resolve) => {
    requirePrivacyAuthorize({ success: () => resolve(true), fail: () => resolve(false) })
  })
}

/** Opens the privacy guide that WeChat keeps for this mini-program. */
export function openWeChatPrivacy(): void {
  weChat().openPrivacyContract?.({})
}

/** The one-use code that stands for this person in WeChat; empty when WeChat gives none. */
export function weChatCode(): Promise<string> {
  return new Promise((resolve) => {
    uni.login({ provider: 'weixin', success: (answer) => resolve(answer.code ?? ''), fail: () => resolve('') })
  })
}

/** Lets WeChat look at the person's face. What it reports here is not trusted: the server asks WeChat itself. */
export function checkFace(verifyId: string): Promise<FaceOutcome> {
  const { requestFacialVerify } = weChat()
  if (!requestFacialVerify) return Promise.resolve('unavailable')
  return new Promise((resolve) => {
    requestFacialVerify({
      verifyId,
      success: () => resolve('done'),
      fail: (fault) => resolve(/cancel|90001/i.test(`${fault.errMsg} ${fault.errCode}`) ? 'cancelled' : 'done'),
    })
  })
}

/** Opens the phone's dialler with a number; what is no digit or plus is left out. */
export function call(number: string): void {
  uni.makePhoneCall({ phoneNumber: number.replace(/[^\d+]/g, ''), fail: () => undefined })
}

/** What the person recognises this device by among their own. */
export function deviceName(): string {
  const { deviceModel, osName } = uni.getSystemInfoSync()
  const name = [deviceModel, osName].filter((part) => part && part !== 'PC').join(' ').trim()
  return (name || (inWeChat ? '微信' : '浏览器')).slice(0, 40)
}
