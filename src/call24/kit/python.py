"""How Call24 starts its own modules as programs. It starts nothing itself."""

import sys

MODULE = (sys.executable, "-P", "-m")
"""The words before a module's name. -P: the folder where one happens to stand is not searched for modules, so that a
stray `dns.py` there is never run. Source: https://docs.python.org/3/using/cmdline.html#cmdoption-P"""
