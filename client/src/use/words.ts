/** Dates as people say them, in 北京时间 whatever the phone's zone is. */
const OFFSET = 8 * 3600_000
const DAY = 86_400_000
const WEEKDAYS = '日一二三四五六'

const two = (value: number) => String(value).padStart(2, '0')

interface Wall {
  year: number
  month: number
  day: number
  time: string
  weekday: string
  /** Days since 1970-01-01 on the wall in Beijing. */
  serial: number
}

function wall(at: number): Wall {
  const shifted = new Date(at + OFFSET)
  return {
    year: shifted.getUTCFullYear(),
    month: shifted.getUTCMonth() + 1,
    day: shifted.getUTCDate(),
    time: `${two(shifted.getUTCHours())}:${two(shifted.getUTCMinutes())}`,
    weekday: `周${WEEKDAYS[shifted.getUTCDay()]}`,
    serial: Math.floor((at + OFFSET) / DAY),
  }
}

/** `昨天 15:20`, `11月3日 09:00`, `2025年12月31日 09:00`. */
export function sayMoment(moment: string | number | null | undefined, now = Date.now()): string {
  if (moment === null || moment === undefined || moment === '') return ''
  const at = typeof moment === 'number' ? moment : Date.parse(moment)
  if (Number.isNaN(at)) return String(moment)
  return `${sayWall(wall(at), wall(now))} ${wall(at).time}`
}

/** A day written as `2026-11-23`: `今天`, `明天`, `11月23日`, `2025年12月31日`. */
export function sayDay(day: string | null | undefined, now = Date.now()): string {
  if (!day) return ''
  const at = Date.parse(`${day.slice(0, 10)}T00:00:00+08:00`)
  return Number.isNaN(at) ? day : sayWall(wall(at), wall(now))
}

function sayWall(then: Wall, today: Wall): string {
  const near = { '-2': '前天', '-1': '昨天', '0': '今天', '1': '明天', '2': '后天' }[String(then.serial - today.serial)]
  if (near) return near
  const ahead = then.serial - today.serial
  const monthDay = `${then.month}月${then.day}日`
  if (then.year !== today.year) return `${then.year}年${monthDay}`
  return ahead > 0 && ahead < 7 ? `${monthDay}（${then.weekday}）` : monthDay
}

/** `90` seconds as `1分30秒`. */
export function saySeconds(seconds: number): string {
  const whole = Math.max(0, Math.ceil(seconds))
  return whole < 60 ? `${whole}秒` : `${Math.floor(whole / 60)}分${whole % 60 ? `${whole % 60}秒` : ''}`
}
