/** WeChat's storage: text by key, 10 MB in all; a full phone throws, as WeChat does. */
const LIMIT_KB = 10 * 1024

class Storage {
  constructor() {
    this.values = new Map()
    this.limit = LIMIT_KB
  }

  size() {
    const bytes = [...this.values].reduce((sum, [key, value]) => sum + key.length + JSON.stringify(value).length, 0)
    return Math.ceil(bytes / 1024)
  }

  /** The calls of `wx` that concern storage. */
  api() {
    const set = (key, data) => {
      const before = this.values.get(key)
      this.values.set(key, structuredClone(data))
      if (this.size() <= this.limit) return
      if (before === undefined) this.values.delete(key)
      else this.values.set(key, before)
      throw new Error('setStorage:fail exceed storage max size 10Mb')
    }
    const get = (key) => structuredClone(this.values.get(key) ?? '')
    const info = () => ({ keys: [...this.values.keys()], currentSize: this.size(), limitSize: this.limit })
    return {
      setStorageSync: set,
      getStorageSync: get,
      removeStorageSync: (key) => void this.values.delete(key),
      clearStorageSync: () => this.values.clear(),
      getStorageInfoSync: info,
      setStorage: answering(({ key, data }) => set(key, data)),
      getStorage: answering(({ key }) => ({ data: get(key) })),
      removeStorage: answering(({ key }) => void this.values.delete(key)),
      getStorageInfo: answering(info),
    }
  }
}

/** A call of WeChat's kind: its options carry success, fail and complete; it answers later. */
function answering(work) {
  return (options = {}) => {
    Promise.resolve()
      .then(() => work(options))
      .then(
        (answer) => ({ errMsg: 'ok', ...answer, done: options.success }),
        (fault) => ({ errMsg: String(fault?.errMsg ?? fault?.message ?? fault), ...fault, done: options.fail }),
      )
      .then(({ done, ...answer }) => {
        done?.(answer)
        options.complete?.(answer)
      })
  }
}

module.exports = { Storage, answering }
