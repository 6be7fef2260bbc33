"""Worlds that come with the package."""
