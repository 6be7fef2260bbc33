"""A seeded generator of verified rows over tools of our own."""
