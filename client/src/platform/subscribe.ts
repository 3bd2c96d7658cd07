/** WeChat's one-time messages: the person allows one message each, by a tap. Browsers have none. */
export type SubscribeAnswer = 'accept' | 'reject' | 'ban' | 'filter'

const MOST = 3

export function canSubscribe(): boolean {
  let can = false
  // #ifndef H5
  can = true
  // #endif
  return can
}

/** Asks for these templates in one sheet, as many as every WeChat allows; must run straight from a tap. */
export function askToSubscribe(templates: string[]): Promise<Record<string, SubscribeAnswer>> {
  return new Promise((resolve) => {
    const asked = templates.slice(0, MOST)
    uni.requestSubscribeMessage({
      tmplIds: asked,
      success: (answer) => {
        const given = answer as unknown as Record<string, SubscribeAnswer>
        resolve(Object.fromEntries(asked.filter((id) => given[id]).map((id) => [id, given[id]])))
      },
      // Switched off for the whole mini-program: nothing was allowed, nothing is wrong.
      fail: () => resolve({}),
    })
  })
}
