/** Only one page of the app at a time: two tabs must not spend the same refresh token. */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  // #ifdef H5
  if (navigator.locks) return (await navigator.locks.request(name, work)) as T
  // #endif
  return work()
}
