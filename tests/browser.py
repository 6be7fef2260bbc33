"""Headless Chromium for tests, driven through its DevTools pipe: no package, no open port.

Tests ask for the fixture `browser`; it skips them, saying why, where no Chromium is installed.
"""

from __future__ import annotations

import base64
import fcntl
import json
import os
import select
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-default-browser-check",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND",
)
SECONDS = 60.0
"""Of silence, after which the browser counts as stuck."""
KEYS = {
    "Enter": ("Enter", 13, "\r"),
    "Escape": ("Escape", 27, ""),
    "ArrowDown": ("ArrowDown", 40, ""),
}


@pytest.fixture(scope="session")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    """A headless Chromium for the whole session."""
    binary = next(filter(None, map(shutil.which, NAMES)), None)
    if binary is None:
        pytest.skip("no Chromium here (Debian: apt-get install chromium)")
    running = Browser(binary, tmp_path_factory.mktemp("chromium"))
    yield running
    running.close()


class Browser:
    """A running Chromium; it reads commands from descriptor 3 and answers on descriptor 4."""

    def __init__(self, binary: str, profile: Path) -> None:
        theirs_in, self._out = _pipe()
        self._in, theirs_out = _pipe()
        flags = [*FLAGS, f"--user-data-dir={profile}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")  # Chromium has no sandbox for root
        self._pid = os.posix_spawn(
            binary,
            [binary, *flags, "about:blank"],
            os.environ,
            file_actions=[
                (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0),
                (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
                (os.POSIX_SPAWN_OPEN, 2, profile / "stderr", os.O_WRONLY | os.O_CREAT, 0o600),
                (os.POSIX_SPAWN_DUP2, theirs_in, 3),
                (os.POSIX_SPAWN_DUP2, theirs_out, 4),
            ],
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._rest = b""
        self._last = 0
        self._events: dict[str, list[dict[str, Any]]] = {}

    def open(self, path: Path, *, fragment: str = "") -> Page:
        """Open a file in a tab of its own."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, target, session)
        for domain in ("Page", "Runtime", "Log"):
            page.call(f"{domain}.enable")
        page.go(path, fragment=fragment)
        return page

    def call(self, method: str, session: str | None = None, **params: Any) -> Any:
        """Send a command and return its result."""
        self._last += 1
        message: dict[str, Any] = {"id": self._last, "method": method, "params": params}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]
        while True:
            answer = self._receive()
            if answer.get("id") == message["id"]:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            self._events.setdefault(answer.get("sessionId", ""), []).append(answer)

    def events(self, session: str, *methods: str) -> list[dict[str, Any]]:
        """The events of a session so far."""
        return [e for e in self._events.get(session, ()) if e.get("method") in methods]

    def wait(self, session: str, method: str, seen: int) -> None:
        """Wait until there are more than `seen` events of a kind."""
        while len(self.events(session, method)) <= seen:
            event = self._receive()
            self._events.setdefault(event.get("sessionId", ""), []).append(event)

    def close(self) -> None:
        """End the process."""
        try:
            self.call("Browser.close")
            while self._ready() and os.read(self._in, 1 << 16):
                pass
        except (OSError, EOFError, TimeoutError):
            os.kill(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        os.close(self._in)
        os.close(self._out)

    def _receive(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            if not self._ready():
                raise TimeoutError(f"Chromium said nothing for {SECONDS:g} s")
            data = os.read(self._in, 1 << 20)
            if not data:
                raise EOFError("Chromium is gone; see `stderr` in its profile folder")
            self._rest += data
        message, _, self._rest = self._rest.partition(b"\0")
        decoded: dict[str, Any] = json.loads(message)
        return decoded

    def _ready(self) -> bool:
        return bool(select.select([self._in], [], [], SECONDS)[0])


class Page:
    """A tab."""

    def __init__(self, browser: Browser, target: str, session: str) -> None:
        self._browser = browser
        self._target = target
        self._session = session

    def call(self, method: str, **params: Any) -> Any:
        """Send a DevTools command to this tab."""
        return self._browser.call(method, self._session, **params)

    def go(self, path: Path, *, fragment: str = "") -> None:
        """Load a file and wait for it."""
        loads = len(self._browser.events(self._session, "Page.loadEventFired"))
        self.call("Page.navigate", url=path.resolve().as_uri() + fragment)
        self._browser.wait(self._session, "Page.loadEventFired", loads)

    def js(self, expression: str) -> Any:
        """The value of a JavaScript expression; a promise is waited for.

        Raises:
            RuntimeError: it threw.
        """
        answer = self.call(
            "Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise RuntimeError(answer["exceptionDetails"]["exception"].get("description"))
        return answer["result"].get("value")

    def until(self, condition: str, *, seconds: float = 30) -> None:
        """Wait for a JavaScript condition.

        Raises:
            RuntimeError: it did not come true in time.
        """
        self.js(
            f"""new Promise((done, fail) => {{
              const end = Date.now() + {1000 * seconds};
              (function look() {{
                if ({condition}) done();
                else if (Date.now() > end) fail(new Error("never: " + {json.dumps(condition)}));
                else setTimeout(look, 20);
              }})();
            }})"""
        )

    def press(self, key: str) -> None:
        """Press and release a key: a character, or one of `KEYS`."""
        name, code, text = KEYS[key] if key in KEYS else (key, ord(key.upper()), key)
        for kind in ("keyDown", "keyUp"):
            own = {"text": text} if text and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=name, windowsVirtualKeyCode=code, **own
            )

    def type(self, text: str) -> None:
        """Insert text where the focus is."""
        self.call("Input.insertText", text=text)

    def click(self, selector: str) -> None:
        """Click the middle of the first element that matches, as a mouse does."""
        x, y = self.js(
            f"""(() => {{
              const element = document.querySelector({json.dumps(selector)});
              element.scrollIntoView({{block: "center"}});
              const box = element.getBoundingClientRect();
              return [box.x + box.width / 2, box.y + box.height / 2];
            }})()"""
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def look(self, *, width: int = 1200, height: int = 800, dark: bool = False) -> None:
        """Choose the size of the screen and the system's theme."""
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=width < 600,
        )
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.call("Emulation.setEmulatedMedia", features=[theme])

    def screenshot(self, path: Path) -> None:
        """Save what is on the screen as PNG."""
        image = self.call("Page.captureScreenshot", format="png")["data"]
        path.write_bytes(base64.b64decode(image))

    def problems(self) -> list[str]:
        """Errors and warnings of the console, exceptions, refused loads; so far."""
        self.js("new Promise((done) => setTimeout(done))")
        found = []
        kinds = ("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPICalled")
        for event in self._browser.events(self._session, *kinds):
            found.append(json.dumps(event["params"], ensure_ascii=False))
        return found

    def close(self) -> None:
        """Close the tab."""
        self._browser.call("Target.closeTarget", targetId=self._target)


def _pipe() -> tuple[int, int]:
    """A pipe whose ends are clear of the descriptors 0 to 4 that Chromium gets."""
    ends = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in ends]
    for end in ends:
        os.close(end)
    return high[0], high[1]
