"""Command ``python -m eval.api_bank``."""

from __future__ import annotations

from eval.api_bank.command import main

if __name__ == "__main__":
    raise SystemExit(main())
