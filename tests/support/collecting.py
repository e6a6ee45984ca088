"""Nothing is collected while modules of the product and of tests are imported: all of it stays, and to look it through
again and again takes a fifth of the time. Imported before them; `pytest_collection_finish` begins it again."""

import gc

gc.disable()
