"""Command ``python -m eval.bfcl``."""

from __future__ import annotations

from eval.bfcl.command import main

if __name__ == "__main__":
    raise SystemExit(main())
