// @ts-check
/** The first page of the shell: asks for the server, or says that it does not answer. The app itself comes from the server. */
import { addressOf, findServer, linkOf } from './address.js'
import { languageOf, textsIn } from './texts.js'

/**
 * @typedef {{ server(): Promise<{ address: string | null, link: string | null }>, useServer(what: { address: string }): Promise<void> }} Shell
 */
const shell = /** @type {{ Capacitor?: { Plugins?: { Call24Telecom?: Shell } } }} */ (/** @type {unknown} */ (window)).Capacitor?.Plugins?.Call24Telecom
const language = languageOf(navigator.languages)
const text = textsIn(language)
/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id))
const input = /** @type {HTMLInputElement} */ (element('address'))
const go = /** @type {HTMLButtonElement} */ (element('go'))
const other = /** @type {HTMLButtonElement} */ (element('other'))
/** @type {string | null} The server that is used now. */
let kept = null
/** @type {string | null} The server that a click on the first button opens without a check: it is known. */
let known = null

/** @param {import('./texts.js').Name} title @param {import('./texts.js').Name} hint @param {string} host */
function show(title, hint, host) {
  element('title').textContent = text(title, host)
  element('hint').textContent = text(hint, host)
}

/** @param {string} said */
function say(said, wrong = false) {
  element('said').textContent = said
  input.setAttribute('aria-invalid', String(wrong))
}

/** @param {string} address */
const hostOf = (address) => new URL(address).host

function ask() {
  known = null
  show('title', 'hint', '')
  asked(true)
  other.hidden = kept === null
  other.textContent = text('keep')
  other.onclick = away
}

function away() {
  if (kept === null) return
  known = kept
  show('away', 'away_hint', hostOf(kept))
  asked(false)
  go.textContent = text('again')
  other.hidden = false
  other.textContent = text('another')
  other.onclick = ask
}

/** @param {string} address what a link asks for: only a person decides it. */
function confirm(address) {
  known = null
  input.value = address
  show('confirm', 'confirm_hint', hostOf(address))
  asked(false)
  other.hidden = false
  other.textContent = text(kept === null ? 'another' : 'keep')
  other.onclick = () => {
    input.value = ''
    if (kept === null) ask()
    else void shell?.useServer({ address: kept })
  }
}

/** @param {boolean} shown whether the address can be typed. */
function asked(shown) {
  input.hidden = element('label').hidden = !shown
  go.textContent = text('go')
  say('')
}

/** @param {string} link */
function opened(link) {
  const meant = linkOf(link)
  if (meant?.address == null) return
  if (meant.address === kept) void shell?.useServer({ address: kept })
  else confirm(meant.address)
}

element('form').addEventListener('submit', (event) => {
  event.preventDefault()
  void open()
})

async function open() {
  const typed = known ?? input.value
  const meant = addressOf(typed)
  go.disabled = true
  if (meant.address !== undefined) say(text('checking', hostOf(meant.address)))
  const found = await findServer(typed)
  go.disabled = false
  if (found.address === undefined) {
    say(text(found.trouble, found.host), true)
    if (!input.hidden) input.focus()
    return
  }
  await shell?.useServer({ address: found.address })
}

async function start() {
  document.documentElement.lang = language
  element('label').textContent = text('label')
  const now = (await shell?.server()) ?? { address: null, link: null }
  kept = now.address
  kept === null ? ask() : away()
  if (now.link !== null) opened(now.link)
}

void start()
