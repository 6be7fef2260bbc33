"""The interactive player: a person steers an episode, alone or in turns with a model.

`session` is the episode as a tree of positions, `ask` fills a call from its schema, `commands` is
the table of what can be typed, `screen` draws, `terminal` reads lines, `loop` ties them together.
"""
