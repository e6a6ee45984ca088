import { expect, test } from 'vitest'
import type { PolicyBlock } from '../src/kit/model'
import { policyParts, policyTitle } from '../src/kit/policy'

const block = (kind: PolicyBlock['kind'], ...cells: string[]): PolicyBlock => ({ kind, cells })

test('items that follow each other are one list, a header and its rows one table, and the title stands above', () => {
  const blocks = [
    block('title', 'Policy of Acme'), block('heading', 'Whom to ask'), block('item', 'Address'), block('item', 'Contact'), block('paragraph', 'More'),
    block('item', 'Alone'), block('header', 'What', 'Why'), block('row', 'Names', 'to show'), block('row', 'Voice', ''), block('header', 'Who'), block('row', 'Carrier'),
  ]
  expect(policyTitle(blocks)).toBe('Policy of Acme')
  expect(policyParts(blocks)).toEqual([
    { kind: 'heading', text: 'Whom to ask' },
    { kind: 'list', items: ['Address', 'Contact'] },
    { kind: 'paragraph', text: 'More' },
    { kind: 'list', items: ['Alone'] },
    { kind: 'table', header: ['What', 'Why'], rows: [['Names', 'to show'], ['Voice', '']] },
    { kind: 'table', header: ['Who'], rows: [['Carrier']] },
  ])
})
