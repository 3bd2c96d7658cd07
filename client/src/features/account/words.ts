/** The server's codes about people and accounts, in words. */
export const ID_KINDS: Record<string, string> = {
  resident: '居民身份证',
  hong_kong: '港澳居民居住证',
  macao: '港澳居民居住证',
  taiwan: '台湾居民居住证',
  foreigner: '外国人永久居留身份证',
}

export const VERIFIED_BY: Record<string, string> = {
  realname_data: '姓名和号码核对一致',
  face: '人脸核身',
  village_desk: '村（社区）当面确认',
  counter: '窗口当面确认',
}

export const DEVICE_KINDS: Record<string, string> = { wechat: '微信', browser: '浏览器', desk: '电脑工作台' }
