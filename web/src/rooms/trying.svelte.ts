/** What every room does with a request: says that it is under way, and keeps why it did not work. */
import { asProblem, type Problem } from '../kit/problem'

export class Trying {
  /** What is under way, by the name that the room gives it; null when nothing is. */
  doing = $state<string | null>(null)
  problem = $state.raw<Problem | null>(null)

  get busy(): boolean {
    return this.doing !== null
  }

  /** True when it was done; what stood against it is in `problem` otherwise. */
  async try(work: () => Promise<unknown>, doing = 'something'): Promise<boolean> {
    this.doing = doing
    this.problem = null
    try {
      await work()
      return true
    } catch (error) {
      this.problem = asProblem(error)
      return false
    } finally {
      this.doing = null
    }
  }
}
