"""What all four packages share: command line, assets, optional imports, run folders."""
