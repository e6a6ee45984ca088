/** Tries again what the network may have lost; a browser that keeps the failure of a module as long as the page is shown gets another page. */
const TRIES = 3
const WAIT_MS = 2_000

/** Rejects with what the last try failed with. */
export async function patiently<T>(work: () => Promise<T>, waitMs = WAIT_MS): Promise<T> {
  for (let left = TRIES - 1; ; left--) {
    try {
      return await work()
    } catch (failure) {
      if (left === 0) throw failure
      await new Promise((resolve) => setTimeout(resolve, waitMs))
    }
  }
}
