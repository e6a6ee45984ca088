/** Whether a row of a list is what somebody looks for. Pure. */

const MARKS = /[\u0300-\u036f]/g
const NUMBER = /^\+?[\d\s().-]+$/

/** Without case and accents, so that "Zoe" finds "Zoë". */
const folded = (text: string): string => text.normalize('NFKD').replace(MARKS, '').toLowerCase()
const digits = (text: string): string => text.replace(/\D/g, '')

/** All words of the question stand in the texts, in any order; a phone number is found however it is grouped. Nothing is asked: all match. */
export function matches(question: string, texts: readonly (string | null | undefined)[]): boolean {
  const asked = question.trim()
  if (asked === '') return true
  const whole = folded(texts.filter(Boolean).join('\n'))
  if (folded(asked).split(/\s+/).every((word) => whole.includes(word))) return true
  const number = digits(asked)
  return NUMBER.test(asked) && number.length > 1 && texts.some((text) => digits(text ?? '').includes(number))
}
