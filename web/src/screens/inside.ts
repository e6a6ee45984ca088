/** What is shown to who is signed in, in a file of its own: the sign-in is drawn without it. */
type Inside = typeof import('./Inside.svelte')

let asked: Promise<Inside> | null = null

/** Fetched once for as long as it can be had. */
export function inside(): Promise<Inside> {
  asked ??= import('./Inside.svelte').catch((failure: unknown) => {
    asked = null
    throw failure
  })
  return asked
}
