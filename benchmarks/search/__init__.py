"""How many preference pairs a search finds, how right they are, and what they cost."""
