import { describe, expect, it } from 'vitest'
import { textOf } from '@/platform/query'

describe('a text out of a page’s address', () => {
  it('is empty when there is none', () => {
    expect(textOf(undefined)).toBe('')
    expect(textOf(['x'])).toBe('')
  })

  it('stays as it is when it holds nothing encoded, or a stray percent sign', () => {
    expect(textOf('01a20b05-09ce')).toBe('01a20b05-09ce')
    expect(textOf('降 100%')).toBe('降 100%')
  })
})
