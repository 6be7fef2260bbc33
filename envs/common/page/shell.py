"""The shell of every HTML page: one self-contained file that can load nothing.

A page is a title, a body, styles, a script and data. Its Content-Security-Policy names the styles
and scripts by hash and forbids everything else: what slipped into the body as markup would neither
run nor fetch. Data travels compressed and in base 64, which no text inside it can break out of, and
scripts show it as text nodes only (the policy forbids them to set HTML).

The body is taken as markup: whoever writes it passes every foreign text through `escaped`.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import zlib
from importlib.resources import files
from pathlib import Path
from urllib.parse import quote

from envs.common.text import visible
from envs.types import JSON


def page(title: str, body: str, *, css: str = "", js: str = "", data: JSON = None) -> str:
    """A whole page.

    Args:
        title: plain text.
        body: markup of the page's main part.
        css: styles beside the shell's.
        js: a module script, run once the page is there; it may use what ``shell.js`` defines,
            `readData` among it.
        data: what `readData` gives to the script.
    """
    styles = _framed(part("shell.css"), css)
    theme, script = _framed(part("theme.js")), _framed(part("shell.js"), js)
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src {_digest(theme)} {_digest(script)}",
            f"style-src {_digest(styles)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escaped(title)}</title>
<script>{theme}</script>
<style>{styles}</style>
</head>
<body>
<main>
{body}
</main>
<script type="text/plain" id="data">{_packed(data)}</script>
<script type="module">{script}</script>
</body>
</html>
"""


def part(name: str) -> str:
    """The text of a file beside this one."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def escaped(text: str) -> str:
    """A foreign text as markup that shows it."""
    return html.escape(visible(text))


def address(file: Path, beside: Path) -> str:
    """The address of a file for a link on a page that lies in the folder `beside`."""
    try:
        path = Path(os.path.relpath(file, beside)).as_posix()
    except ValueError:  # on another drive
        return file.resolve().as_uri()
    return quote(path, errors="replace")


def _framed(*sources: str) -> str:
    return "\n" + "\n".join(sources)


def _digest(source: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}'"


def _packed(data: JSON) -> str:
    """JSON in ASCII (so that lone surrogates survive), deflated, in base 64."""
    text = json.dumps(data, separators=(",", ":"), allow_nan=False)
    return base64.b64encode(zlib.compress(text.encode("ascii"), 9)).decode()
