"""What HTML pages are made of: the shell of all pages, and markup that several share."""
