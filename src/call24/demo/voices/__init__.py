"""The demo customers' voices, as mu-law; `make.py` made them with flite's free voices."""

from __future__ import annotations

from importlib.resources import files


def voice(name: str) -> bytes:
    """The clip's mu-law at 8 kHz.

    Raises: FileNotFoundError for a name without a clip.
    """
    return files(__name__).joinpath(f"{name}.ul").read_bytes()
