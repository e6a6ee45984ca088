/**
 * Runs Lighthouse on pages, each in a browser of its own that was never here, so with nothing kept.
 *
 * Told by one line of JSON on stdin: `program` and `flags` of the browser, `pages` ({name, address, token}), `runs`,
 * `categories`, and `settings` of Lighthouse. For each run one line of JSON: what tests/support/app/lighthouse.py reads.
 */
import lighthouse from 'lighthouse'
import puppeteer from 'puppeteer-core'

let told = ''
for await (const part of process.stdin) told += part
const { program, flags, pages, runs, categories, settings } = JSON.parse(told)

/** Signed in as after a reload: the token is there before the app is loaded for the first time. */
async function keepSignedIn(page, address, token) {
  await page.goto(new URL('/icon.svg', address).href)
  await page.evaluate((kept) => localStorage.setItem('call24.token', kept), token)
  await page.goto('about:blank')
}

const numbers = {
  fcp_ms: 'first-contentful-paint', lcp_ms: 'largest-contentful-paint', tbt_ms: 'total-blocking-time', speed_index_ms: 'speed-index', cls: 'cumulative-layout-shift',
}

function read(name, run, lhr) {
  const items = (audit) => lhr.audits[audit]?.details?.items ?? []
  const short = Object.values(lhr.categories).flatMap((category) => category.auditRefs
    .filter(({ id, weight }) => weight > 0 && (lhr.audits[id].score ?? 1) < 0.9)
    .map(({ id }) => ({ category: category.id, id, score: lhr.audits[id].score, says: lhr.audits[id].displayValue ?? lhr.audits[id].title })))
  return {
    name, run,
    address: lhr.finalDisplayedUrl,
    failed: lhr.runtimeError?.message ?? null,
    warned: lhr.runWarnings,
    scores: Object.fromEntries(Object.values(lhr.categories).map(({ id, score }) => [id, score === null ? null : Math.round(score * 100)])),
    ...Object.fromEntries(Object.entries(numbers).map(([is, audit]) => [is, lhr.audits[audit]?.numericValue ?? null])),
    observed_lcp_ms: items('metrics')[0]?.observedLargestContentfulPaint ?? null,
    tasks_ms: items('long-tasks').map(({ duration, url }) => ({ ms: Math.round(duration), of: url })),
    requests: items('network-requests').map(({ url, resourceType, transferSize, networkRequestTime, networkEndTime }) => ({ url, type: resourceType, bytes: transferSize, from_ms: Math.round(networkRequestTime), to_ms: Math.round(networkEndTime) })),
    largest: items('largest-contentful-paint-element').flatMap((list) => list.items ?? []).map(({ node }) => node?.snippet).find(Boolean) ?? null,
    moved: items('layout-shifts').map(({ node, score }) => ({ of: node?.snippet, score })),
    short,
    benchmark: lhr.environment.benchmarkIndex,
  }
}

for (const { name, address, token } of pages) {
  for (let run = 0; run < runs; run += 1) {
    const browser = await puppeteer.launch({ executablePath: program, args: flags, headless: 'shell', pipe: false })
    try {
      const [page] = await browser.pages()
      if (token) await keepSignedIn(page, address, token)
      const { lhr } = await lighthouse(address, { logLevel: 'error', output: [], onlyCategories: categories, ...settings }, undefined, page)
      process.stdout.write(`${JSON.stringify(read(name, run, lhr))}\n`)
    } finally {
      await browser.close()
    }
  }
}
