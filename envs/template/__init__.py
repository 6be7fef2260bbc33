"""The files of a new plug-in; ``$name``, ``$module``, ``$world`` and ``$id`` are filled in."""
