"""The Berkeley Function-Calling Leaderboard: its data, prompts and verdicts, exactly.

Judging is from the raw text of an answer; nothing in it is ever executed.
"""
