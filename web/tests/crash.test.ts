import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { browserOf, crashReport, frames, minimisedMessage } from '../src/kit/crash'
import { WORDS } from '../src/kit/crash_words'

const HERE = { version: '0.1.0', agent: 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.7444.59 Safari/537.36', screen: 'history', origin: 'https://call24.example' } as const

describe('a message', () => {
  it.each([
    ['+49 170 1234567'], ['0301234567'], ['anna.mueller@example.com'], ['call_01jdx3kq8r9tq2v5w7x8y9z0ab'], ['Anna Müller'], ['Bataa'],
    ['eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl'], ['192.168.17.4'], ['2001:db8::17'], ['#/history/call_01jdx3kq8r9tq2v5w7x8y9z0ab'], ['hunter2'],
    ['https://call24.example/#/reset/9fJk2Lm4Qx'], ['Хонгорзул'],
  ])('has nothing of %s left', (canary) => {
    const said = minimisedMessage(`Cannot read properties of undefined (reading '${canary}') for ${canary}`)
    expect(said).toBe('Cannot read properties of undefined reading * for *')
    expect(minimisedMessage(said)).toBe(said)
  })
  it('keeps the words of browsers', () => expect(minimisedMessage('Failed to fetch')).toBe('Failed to fetch'))
  it('has the words that the server has', () => {
    expect(WORDS.trim()).toBe(readFileSync('../src/call24/crash_reports/words.txt', 'utf8').trim())
  })
})

describe('a stack', () => {
  it('has our own files alone, of Chromium and of Firefox', () => {
    const stack = `TypeError: x
    at Anna (https://call24.example/assets/index-BQ3fK2xA.js:7:1234)
    at https://call24.example/assets/History-C_9a-bcd.js:2:5
    at https://elsewhere.example/assets/index-BQ3fK2xA.js:1:1
    at https://call24.example/#/history/call_01:3:4
    at chrome-extension://abc/content.js:1:2
go@https://call24.example/assets/Dial-Zz11yy22.js:9:8`
    expect(frames(stack, HERE.origin)).toEqual([
      { file: 'assets/index-BQ3fK2xA.js', line: 7, column: 1234 }, { file: 'assets/History-C_9a-bcd.js', line: 2, column: 5 }, { file: 'assets/Dial-Zz11yy22.js', line: 9, column: 8 },
    ])
  })
})

describe('a report', () => {
  it('has these fields and no others', () => {
    const report = crashReport(new TypeError('anna@example.com is not a function'), HERE)
    expect(report).toEqual({ version: '0.1.0', browser: 'Chrome', browser_version: 142, screen: 'history', type: 'TypeError', message: '* is not a function', frames: [] })
    expect(crashReport({ token: 'secret' }, HERE)).toMatchObject({ type: 'Error', message: '', frames: [] })
  })
  it.each([
    ['Mozilla/5.0 (Windows NT 10.0; rv:144.0) Gecko/20100101 Firefox/144.0', { browser: 'Firefox', browser_version: 144 }],
    ['Mozilla/5.0 Chrome/142.0.0.0 Safari/537.36 Edg/142.0.3595.65', { browser: 'Edge', browser_version: 142 }],
    ['Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile/15E148 Safari/604.1', { browser: 'Safari', browser_version: 18 }],
    ['curl/8', { browser: 'other', browser_version: 0 }],
  ])('says of the browser its family and major version', (agent, said) => expect(browserOf(agent)).toEqual(said))
})
