/** Light, dark, or as the system says. The first paint is done by public/theme.js from the same choice. */
import { store } from '../links/store'

export type Theme = 'system' | 'light' | 'dark'

class ThemeChoice {
  value = $state<Theme>(read(store.choice('theme')))

  set(theme: Theme): void {
    this.value = theme
    if (theme === 'system') delete document.documentElement.dataset['theme']
    else document.documentElement.dataset['theme'] = theme
    store.setChoice('theme', theme === 'system' ? null : theme)
  }
}

function read(kept: string | null): Theme {
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

export const theme = new ThemeChoice()
