/** The rest of `wx`: who the user is, what the phone is, what the user does when WeChat asks. */
const { statSync } = require('node:fs')
const { files } = require('./files.cjs')
const { answering } = require('./storage.cjs')

const PHONE = {
  SDKVersion: '3.8.0',
  version: '8.0.50',
  platform: 'android',
  system: 'Android 10',
  brand: 'Redmi',
  model: 'Redmi 9A',
  pixelRatio: 2,
  windowWidth: 360,
  windowHeight: 660,
  screenWidth: 360,
  screenHeight: 740,
  statusBarHeight: 24,
  safeArea: { top: 24, left: 0, right: 360, bottom: 740, width: 360, height: 716 },
  language: 'zh_CN',
  theme: 'light',
  fontSizeSetting: 16,
  deviceOrientation: 'portrait',
  host: { env: 'WeChat' },
}
const MENU_BUTTON = { top: 28, bottom: 60, left: 264, right: 350, width: 86, height: 32 }

/** What the person holding the phone does; a test changes it. */
const WILLING = { openid: 'oTester', phone: '', photo: '', scan: '', accepts: true }

/** @param user see WILLING. @param order sends an order to a simulator: (name, facts) -> answer. */
function wechat(user, order) {
  const refuseOr = (name, answer) => answering(async (options) => {
    if (!user.accepts) throw new Error(`${name}:fail auth deny`)
    return answer(options)
  })
  return {
    login: answering(async () => ({ code: (await order('js_codes', { openid: user.openid })).code })),
    checkSession: answering(() => ({})),
    getPrivacySetting: answering(() => ({ needAuthorization: false, privacyContractName: '《隐私保护指引》' })),
    requirePrivacyAuthorize: answering(() => ({})),
    onNeedPrivacyAuthorization: () => {},
    openPrivacyContract: answering(() => ({})),
    getSetting: answering(() => ({ authSetting: {} })),
    openSetting: answering(() => ({ authSetting: {} })),
    authorize: refuseOr('authorize', () => ({})),
    requestSubscribeMessage: answering(async ({ tmplIds }) => {
      for (const template_id of user.accepts ? tmplIds : []) await order('grants', { openid: user.openid, template_id })
      return Object.fromEntries(tmplIds.map((id) => [id, user.accepts ? 'accept' : 'reject']))
    }),
    requestFacialVerify: refuseOr('requestFacialVerify', async ({ verifyId }) => {
      await order('faces', { verify_id: verifyId })
      return { verifyResult: verifyId, errCode: 0 }
    }),
    getLocation: refuseOr('getLocation', () => ({ latitude: 29.606, longitude: 114.482, accuracy: 30 })),
    scanCode: answering(() => {
      if (!user.scan) throw new Error('scanCode:fail cancel')
      return { result: user.scan, scanType: 'QR_CODE', charSet: 'UTF-8' }
    }),
    chooseMedia: answering(() => ({ type: 'image', tempFiles: [{ tempFilePath: chosen(user), size: statSync(chosen(user)).size, fileType: 'image' }] })),
    chooseImage: answering(() => ({ tempFilePaths: [chosen(user)], tempFiles: [{ path: chosen(user), size: statSync(chosen(user)).size }] })),
    compressImage: answering(({ src }) => ({ tempFilePath: src })),
    getImageInfo: answering(({ src }) => ({ path: src, width: 1200, height: 900, type: 'jpeg', orientation: 'up' })),
    ...files(),
    ...phone(user),
  }
}

function chosen(user) {
  if (!user.photo) throw new Error('chooseMedia:fail cancel')
  return user.photo
}

/** What the phone is and does, and remembers of having done (`user.did`). */
function phone(user) {
  user.did = []
  const doing = (name) => answering((options) => void user.did.push({ name, ...options }))
  const did = ['makePhoneCall', 'setClipboardData', 'vibrateShort', 'vibrateLong', 'showToast', 'hideToast', 'showLoading', 'hideLoading',
    'setScreenBrightness', 'setKeepScreenOn', 'setNavigationBarTitle', 'setNavigationBarColor', 'openDocument', 'pageScrollTo',
    'hideKeyboard', 'previewImage', 'saveImageToPhotosAlbum', 'stopPullDownRefresh', 'showShareMenu', 'hideShareMenu', 'setBackgroundColor',
    'setBackgroundTextStyle', 'setVisualEffectOnCapture', 'loadFontFace']
  return {
    ...Object.fromEntries(did.map((name) => [name, doing(name)])),
    showModal: answering((options) => (user.did.push({ name: 'showModal', ...options }), { confirm: user.accepts, cancel: !user.accepts })),
    showActionSheet: answering((options) => (user.did.push({ name: 'showActionSheet', ...options }), { tapIndex: 0 })),
    getScreenBrightness: answering(() => ({ value: 0.4 })),
    getSystemInfoSync: () => ({ ...PHONE }),
    getWindowInfo: () => ({ ...PHONE }),
    getDeviceInfo: () => ({ ...PHONE }),
    getAppBaseInfo: () => ({ ...PHONE }),
    getSystemSetting: () => ({ bluetoothEnabled: false, locationEnabled: true, wifiEnabled: true, deviceOrientation: 'portrait' }),
    getAppAuthorizeSetting: () => ({}),
    getMenuButtonBoundingClientRect: () => ({ ...MENU_BUTTON }),
    getAccountInfoSync: () => ({ miniProgram: { appId: 'wx0000000000000000', envVersion: 'develop', version: '' } }),
    getLaunchOptionsSync: () => ({ path: '', query: {}, scene: 1001 }),
    getEnterOptionsSync: () => ({ path: '', query: {}, scene: 1001 }),
    createInnerAudioContext: () => ({ play: () => user.did.push({ name: 'play' }), stop() {}, pause() {}, destroy() {}, onEnded() {}, onError() {}, onCanplay() {} }),
    arrayBufferToBase64: (buffer) => Buffer.from(buffer).toString('base64'),
    base64ToArrayBuffer: (text) => new Uint8Array(Buffer.from(text, 'base64')).buffer,
    createIntersectionObserver: () => everythingSeen(),
    createSelectorQuery: () => nothingMeasured(),
    canIUse: () => true,
    nextTick: (work) => void Promise.resolve().then(work),
  }
}

/** Whoever waits for something to be scrolled into sight sees it: the hand reads every page to its end. */
function everythingSeen() {
  const observer = {
    relativeTo: () => observer,
    relativeToViewport: () => observer,
    observe: (_, seen) => void setTimeout(() => seen({ intersectionRatio: 1, boundingClientRect: {}, intersectionRect: {} }), 0),
    disconnect: () => {},
  }
  return observer
}

/** Nothing has a size where nothing is drawn. */
function nothingMeasured() {
  const asked = []
  const query = Object.fromEntries(['in', 'select', 'selectAll', 'selectViewport'].map((name) => [name, () => query]))
  const ask = (answer) => (told) => (asked.push([told, answer]), query)
  const exec = (told) => void setTimeout(() => (asked.forEach(([one, answer]) => one?.(answer)), told?.(asked.map(([, answer]) => answer))), 0)
  return Object.assign(query, { boundingClientRect: ask([]), scrollOffset: ask({ scrollTop: 0, scrollLeft: 0 }), exec })
}

module.exports = { wechat, WILLING, PHONE }
