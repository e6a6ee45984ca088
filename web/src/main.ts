/** Loads the texts in the language of the page, then the app: its modules hold texts from the moment they are loaded. */
import './app.css'
import { listenForClicks } from './links/clicks'
import { loadFirst } from './links/texts'

listenForClicks()
// Not awaited: what this file imports is imported by the app too, which would wait for it.
void loadFirst()
  .then(() => import('./start'))
  .catch((failure: unknown) => {
    document.getElementById('app')?.replaceChildren('Call24 could not be loaded. Reload the page.')
    throw failure
  })
