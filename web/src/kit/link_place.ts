/** Which of the app's addresses were made of a link with a phone number (phone_link.ts reads them). Pure, and loaded with the first screen. */

export const isPhoneLink = (text: string): boolean => /^(?:tel|web\+call24):/i.test(text)

/** `hash`: `#/dial/tel%3A...`. */
export const isLinkPlace = (hash: string): boolean => /^#\/dial\/(?:tel|web(?:\+|%2b)call24)(?::|%3a)[^/]*$/i.test(hash)
