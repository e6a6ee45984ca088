/**
 * Drives one Firefox over WebDriver BiDi. Told as its argument what to start: `program`, `profile`, `prefs`, `size`.
 * Then a line of JSON for each act on stdin, and a line for each on stdout, in the same order: {answer} or {error}.
 */
import { createInterface } from 'node:readline'
import puppeteer from 'puppeteer-core'

const { program, profile, prefs, size } = JSON.parse(process.argv[2])
const browser = await puppeteer.launch({
  browser: 'firefox', executablePath: program, userDataDir: profile, extraPrefsFirefox: prefs, headless: true, acceptInsecureCerts: true, timeout: 60_000,
})
const page = await browser.newPage()
await page.setViewport(size)
const errors = []
page.on('pageerror', (error) => errors.push(String(error.message ?? error)))
page.on('console', (message) => message.type() === 'error' && /Content-Security-Policy|Permissions policy/i.test(message.text()) && errors.push(message.text()))

const of = ({ at, within_ms: patience }) => page.locator(at).setTimeout(patience)
const acts = {
  version: () => browser.version(),
  go: async ({ address }) => void (await page.goto(address)),
  click: (told) => of(told).click(),
  fill: (told) => of(told).fill(told.text),
  wait: async (told) => void (await of(told).wait()),
  text: ({ at }) => page.$$eval(at, (nodes) => nodes.map((node) => node.innerText)),
  evaluate: ({ script }) => page.evaluate(script),
  errors: () => errors,
  picture: async ({ file }) => void (await page.screenshot({ path: file })),
}

process.stdout.write('{"answer": "ready"}\n')
for await (const line of createInterface({ input: process.stdin })) {
  const told = JSON.parse(line)
  const said = await Promise.resolve().then(() => acts[told.do](told)).then((answer) => ({ answer: answer ?? null }), (error) => ({ error: String(error) }))
  process.stdout.write(`${JSON.stringify(said)}\n`)
}
await browser.close()
