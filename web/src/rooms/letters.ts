/** What a letter's link leads to, and asking for one. Each answers null when it went well, else what was wrong. */
import { api } from '../links/api'
import type { Invited } from '../kit/model'
import { asProblem, type Problem } from '../kit/problem'

async function done(work: Promise<void>): Promise<Problem | null> {
  try {
    await work
    return null
  } catch (error) {
    return asProblem(error)
  }
}

export const invitation = (token: string): Promise<Invited | Problem> => api.lookInvitation(token).catch(asProblem)
export const askReset = (email: string): Promise<Problem | null> => done(api.askReset(email.trim()))
export const resetPassword = (token: string, password: string): Promise<Problem | null> => done(api.reset(token, password))
export const confirmEmail = (token: string): Promise<string | Problem> =>
  api.confirmEmail(token).then(({ email }) => email, asProblem)
