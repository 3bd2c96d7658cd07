/** One line of who looked (谁看过), in words. */
import type { Schema } from '@/api/types'
import type { IconName } from '@/ui/icons'
import type { Tone } from '@/ui/NoticeBox.vue'

export type Look = Schema<'Look'>

const WAYS: Record<Look['kind'], string> = {
  scan: '窗口扫码核验',
  public_page: '有人扫码打开核验页',
  disclosure: '查看了资料',
  share_link: '有人打开分享链接',
  download: '下载了 PDF',
}
const SCOPES: Record<string, string> = { validity: '只看到是否有效', name: '看到姓名和是否有效', full: '看到全部内容', public: '看到纸面公开的几项' }

export interface Told {
  title: string
  note: string
  tone: Tone
  icon: IconName
  /** Whether it can have been somebody else: one's own downloads are one's own. */
  disputable: boolean
}

export function tell(look: Look): Told {
  const good = look.verdict === '有效' || look.verdict === ''
  const office = [look.organisation_name, look.post].filter(Boolean).join(' · ')
  return {
    title: office || '没有登录的人',
    note: [WAYS[look.kind], look.matter ? `为了：${look.matter}` : '', SCOPES[look.scope] ?? ''].filter(Boolean).join('\n'),
    tone: good ? 'good' : 'wait',
    icon: good ? 'check' : 'warning',
    disputable: look.item_id !== null,
  }
}
