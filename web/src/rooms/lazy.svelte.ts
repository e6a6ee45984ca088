/** Screens and parts of them that are fetched when they are opened, and fetched again where that failed. */

interface Part {
  /** How often somebody tried again. */
  again: number
  failed: boolean
  module: Promise<unknown> | null
}

const parts = new Map<string, Part>()
/** What waits for a part asks anew when this grows. Of the module: a state that is made while something waits is not seen by it. */
let tries = $state(0)

/** For `{#await}`: the module of a component, by its name; the same promise until it fails and somebody tries again. */
export function lazy<T>(name: string, load: () => Promise<T>, fresh: (url: string) => Promise<unknown> = (url) => import(/* @vite-ignore */ url)): Promise<T> {
  void tries
  const part = parts.get(name) ?? { again: 0, failed: false, module: null }
  parts.set(name, part)
  if (part.module !== null) return part.module as Promise<T>
  const { again } = part
  const asked = again === 0 ? load() : load().catch((failure: unknown) => anew<T>(failure, again, fresh))
  part.module = asked
  part.failed = false
  asked.catch(() => {
    part.module = null
    part.failed = true
  })
  return asked
}

/** Everything that could not be fetched is asked for again; what is there stays as it is. */
export function tryAgain(): void {
  for (const part of parts.values()) if (part.failed) part.again += 1
  tries += 1
}

/** A browser may keep a failure for as long as the page is shown: under another address the file is fetched anew. */
async function anew<T>(failure: unknown, again: number, fresh: (url: string) => Promise<unknown>): Promise<T> {
  const url = failure instanceof Error ? /https?:\/\/\S+?\.js(?=\W|$)/.exec(failure.message)?.[0] : undefined
  if (url === undefined || new URL(url).origin !== location.origin) throw failure
  return (await fresh(`${url}?again=${again}`)) as T
}
