"""The tools that rows are made over, a module a domain; each calls its `Domain` ``DOMAIN``."""
