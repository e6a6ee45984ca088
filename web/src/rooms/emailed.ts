/** Links in e-mails: what they lead to, and requesting one. Each function returns null on success, else the problem. */
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
/** Asked before anything else of somebody who is to have an account; the date is kept nowhere. */
export const ageScreen = (birthDate: string): Promise<Problem | null> => done(api.ageScreen(birthDate))
/** Whether a link is on its way, if there is such an account; false: this installation sends no e-mail. */
export const askReset = (email: string): Promise<boolean | Problem> =>
  api.askReset(email.trim()).then(({ sends }) => sends, asProblem)
export const resetPassword = (token: string, password: string): Promise<Problem | null> => done(api.reset(token, password))
export const confirmEmail = (token: string): Promise<string | Problem> =>
  api.confirmEmail(token).then(({ email }) => email, asProblem)
