"""BFCL's multi-turn categories: simulated APIs that remember, scripted users, official verdicts."""
