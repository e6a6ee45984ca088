import { describe, expect, it } from 'vitest'
import type { PeopleImport, PreviewColumn } from '../src/kit/model'
import { outcome, withColumn } from '../src/kit/people_files'

const column = (to: PreviewColumn['to'], label = '', group = 0): PreviewColumn => ({ heading: '', to, label, group, first: [] })

describe('a column that is taken for something else', () => {
  it('leaves the others as they are', () => {
    const columns = [column('given'), column('number', 'mobile'), column('street', 'home', 1), column('city', 'home', 1)]
    expect(withColumn(columns, 1, 'tags', '')).toEqual([
      { to: 'given', label: '', group: 0 }, { to: 'tags', label: '', group: 0 }, { to: 'street', label: 'home', group: 1 }, { to: 'city', label: 'home', group: 1 },
    ])
  })
  it('joins the address of its kind, or begins one', () => {
    const columns = [column('field', 'x'), column('street', 'home', 3)]
    expect(withColumn(columns, 0, 'city', 'home')[0]).toEqual({ to: 'city', label: 'home', group: 3 })
    expect(withColumn(columns, 0, 'city', 'work')[0]).toEqual({ to: 'city', label: 'work', group: 4 })
  })
  it('keeps its group where only its kind is another', () => {
    expect(withColumn([column('number', '', 2), column('label', '', 2)], 0, 'number', 'work')[0]).toEqual({ to: 'number', label: 'work', group: 2 })
  })
})

describe('what became of the rows', () => {
  it('is said in short sentences, and what is nothing is not', () => {
    const counts = { checked: 4, created: 1, updated: 2, skipped: 0, refused: 1, undone: 0, kept: 0 }
    expect(outcome({ counts } as PeopleImport)).toEqual(['1 contact added', '2 contacts updated', '1 row with problems, not imported'])
  })
})
