/** Why there is no verdict, and what a counter does meanwhile: our own words, for none of them is a refusal of the paper. */
import type { Problem } from '@/problem'

export interface FaultWords {
  title: string
  advice: string
}

const MEANWHILE = '这不代表证明有问题，也不代表没问题。'
const BY_PHONE = '着急的话：收下纸质证明或复印件，照上面印的出具单位，打村（居）委会电话核实。'

export function faultWords(problem: Problem): FaultWords {
  switch (problem.trouble) {
    case 'offline':
      return { title: '现在没有网络，不能核验', advice: `${MEANWHILE}\n请检查信号或无线网络后再扫。\n${BY_PHONE}` }
    case 'timeout':
      return { title: '网络太慢，没有等到结论', advice: `${MEANWHILE}\n请再试一次；同一个码不会核验两遍。\n${BY_PHONE}` }
    case 'portal':
      return {
        title: '没有得到核验结论',
        advice: `${MEANWHILE}\n回答的不是核验系统，可能这个网络要先登录（比如公共 Wi-Fi）。请换成手机流量或登录后再扫。`,
      }
    case 'broken':
      return { title: '核验系统暂时出了问题', advice: `${MEANWHILE}\n请过几分钟再扫。\n${BY_PHONE}` }
    default:
      return { title: problem.status === 401 ? '需要重新登录' : '没有核验', advice: problem.message }
  }
}
