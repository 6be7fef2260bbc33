"""What HTML pages are made of: the shell of all pages, and the parts of the report page."""
