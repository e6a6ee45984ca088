/** One error for everything the server refuses (RFC 9457) and for the server being away. It knows no screens. */

export class Problem extends Error {
  constructor(
    readonly code: string,
    readonly status: number,
    readonly detail: string,
    readonly errors: readonly { field: string; message: string }[] = [],
    readonly retryAfterS: number | null = null,
    /** What the user's role lacks for it, as the server names it; null where nothing that can be granted helps. */
    readonly lacks: string | null = null,
  ) {
    super(detail)
    this.name = 'Problem'
  }

  /** True when nothing answered: the network or the server is away, and trying again can help. */
  get away(): boolean {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504
  }
}

/** Makes any thrown value a Problem, so that screens have one shape to show. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return new Problem('unexpected', -1, error instanceof Error ? error.message : String(error))
}
