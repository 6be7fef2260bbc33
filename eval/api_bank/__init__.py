"""API-Bank: its tools over in-memory databases, its official verdicts and repaired ones."""
