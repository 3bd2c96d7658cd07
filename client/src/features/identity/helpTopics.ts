import type { RouteName } from '@/routes'
import type { IconName } from '@/ui/icons'

/** A place where people get stuck, and the ways on that really exist. */
export interface Topic {
  key: string
  title: string
  icon: IconName
  ways: string[]
  next?: { words: string; route: RouteName }
}

export const TOPICS: Topic[] = [
  {
    key: 'wechat',
    title: '没有微信，或不想用微信',
    icon: 'phone',
    ways: [
      '用手机浏览器打开本页面就能办，和微信里一样。',
      '登录用短信验证码，只要这个手机号能收短信。',
      '办好的证明在卡包里，可以下载、打印，也可以发链接给单位。',
    ],
    next: { words: '用短信登录', route: 'firstUse' },
  },
  {
    key: 'no-phone',
    title: '家里老人、孩子没有手机',
    icon: 'people',
    ways: [
      '您来代办：在“亲友代办”里填老人的姓名和证件号码，验证码发到老人留的号码，由老人告诉您。',
      '老人没有号码的：带老人的证件和签名的授权书到村（社区）登记，登记后您就能代办。未成年的孩子，带户口簿或监护证明登记。',
      '或者请村（社区）工作人员代办：老人带身份证去，当场申请，办好打印给老人。',
    ],
    next: { words: '去亲友代办', route: 'people' },
  },
  {
    key: 'sms',
    title: '收不到短信验证码',
    icon: 'bell',
    ways: [
      '看看短信是不是进了“垃圾短信”或“骚扰拦截”。',
      '核对号码是不是写错了；欠费停机的号码收不到。',
      '每小时能收的次数有限，提示“太频繁”时请过一小时再试，或用最近一次收到的验证码。',
      '有微信的，可以改用微信登录，不用验证码。',
    ],
    next: { words: '回去登录', route: 'firstUse' },
  },
  {
    key: 'name',
    title: '实名核验不过，刷脸通不过',
    icon: 'person',
    ways: [
      '先对照证件再填一次：同音字、少了点“·”、号码错一位最常见。刚改过名的，用新证件上的名字。',
      '还不过，就在实名页选“去村里当面确认”，会得到 8 位确认码。带证件原件到村（社区）或办事窗口，工作人员看过证件，当场就好。',
      '港澳台居住证、外国人永久居留证网上核不了，也是当面确认。',
    ],
    next: { words: '去实名', route: 'realName' },
  },
  {
    key: 'desk',
    title: '不想在网上填证件号码',
    icon: 'desk',
    ways: [
      '可以不填。带身份证到村（社区），请工作人员代办，办好打印给您。',
      '人在外地的，可以委托家人带您签名的授权书去村里办。',
      '去之前打个电话，问清上班时间和要带什么。',
    ],
  },
  {
    key: 'phone-lost',
    title: '换了手机，换了号码',
    icon: 'lock',
    ways: [
      '号码没变：在新手机上用短信登录，原来的申请和证明都在。',
      '换了号码：用微信登录后，在“我的-手机号”里更换；原号码收不到短信的，按提示刷脸或当面确认。',
      '手机丢了：登录后在“我的-登录设备”里退出旧手机。',
    ],
    next: { words: '看登录设备', route: 'devices' },
  },
]
