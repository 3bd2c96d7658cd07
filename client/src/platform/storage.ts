/** The phone's own memory, by key. A full phone is an answer (`false`), never an exception in the middle of typing. */
export function read<T>(key: string): T | null {
  try {
    const text = uni.getStorageSync(key) as string
    return text ? (JSON.parse(text) as T) : null
  } catch {
    // What an older version, or half a write, left behind is worth nothing.
    remove(key)
    return null
  }
}

/** @returns whether it was kept; false when the phone has no room left */
export function write(key: string, value: unknown): boolean {
  try {
    uni.setStorageSync(key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}

export function remove(key: string): void {
  uni.removeStorageSync(key)
}

/** Everything whose key begins so. */
export function removeAll(prefix: string): void {
  for (const key of uni.getStorageInfoSync().keys) if (key.startsWith(prefix)) remove(key)
}
