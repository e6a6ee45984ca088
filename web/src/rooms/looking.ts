/** Looks again at what the server is at work on: a while after each answer, and only while the page is on the screen. */
import { asProblem, type Problem } from '../kit/problem'

/** Too slow, or too often: the same question is answered later. */
const PASSING: readonly number[] = [408, 429]

/**
 * Calls `look` every `everyMs` after its last answer, until what is returned is called. A page that is not on the screen
 * asks nothing, and looks at once when it is there again. A server that is away, busy or in trouble is asked again; a
 * refusal (4xx) ends it and is given to `refused`.
 */
export function lookAgain(look: () => Promise<unknown>, everyMs: number, refused: (problem: Problem) => void = () => undefined): () => void {
  let ended = false
  let looking = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function now(): Promise<void> {
    if (ended || looking || document.visibilityState === 'hidden') return
    clearTimeout(timer)
    looking = true
    try {
      await look()
    } catch (error) {
      const problem = asProblem(error)
      if (!ended && problem.status >= 400 && problem.status < 500 && !PASSING.includes(problem.status)) {
        end()
        refused(problem)
      }
    } finally {
      looking = false
      later()
    }
  }

  function later(): void {
    if (!ended) timer = setTimeout(() => void now(), everyMs)
  }

  function seen(): void {
    void now()
  }

  function end(): void {
    ended = true
    clearTimeout(timer)
    document.removeEventListener('visibilitychange', seen)
  }

  document.addEventListener('visibilitychange', seen)
  later()
  return end
}

/** What is answered; null, whatever it is, where nobody wants it by then: another one is looked at. */
export async function stillWanted<T>(answer: Promise<T>, wanted: () => boolean): Promise<T | null> {
  try {
    const found = await answer
    return wanted() ? found : null
  } catch (error) {
    if (wanted()) throw error
    return null
  }
}
