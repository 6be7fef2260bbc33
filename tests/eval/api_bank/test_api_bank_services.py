from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from envs.common.errors import UserError
from envs.types import ToolError
from eval.api_bank.data import open_library
from eval.api_bank.services import (
    Live,
    Off,
    Recorded,
    Recording,
    Services,
    language,
    open_services,
)
from eval.api_bank.tools import LEVELS

MEANINGS = [{"partOfSpeech": "noun", "definitions": []}]


def live(answer: Callable[[httpx.Request], httpx.Response]) -> Live:
    return Live(httpx.Client(transport=httpx.MockTransport(answer)))


def world(request: httpx.Request) -> httpx.Response:
    if "dictionary" in request.url.host:
        if request.url.path.endswith("/rock pool"):
            return httpx.Response(200, json=[{"word": "rock pool", "meanings": MEANINGS}])
        return httpx.Response(404, json={"title": "No Definitions Found"})
    assert request.url.params["tl"] == "fr"
    return httpx.Response(200, json=[[["Bonjour. ", "Hello. "], ["Merci.", "Thanks."]]])


def call(services: Services, tool: str, **arguments: Any) -> dict[str, Any]:
    library = dataclasses.replace(open_library(1), services=services)
    return LEVELS[1](library).call(tool, arguments)


def test_live_answers() -> None:
    services = live(world)
    assert call(services, "Dictionary", keyword=" Rock_Pool ")["output"] == MEANINGS
    assert call(services, "Dictionary", keyword="../x")["exception"] == "Failed."
    translated = call(services, "Translate", src="Hello. Thanks.", tgt_lang="French")
    assert translated["output"] == "Bonjour. Merci."
    assert translated["input"] == {"src": "Hello. Thanks.", "tgt_lang": "French"}
    wrong = call(services, "Translate", src="Hello", tgt_lang="klingon")
    assert wrong["exception"] == "Language not supported."


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b"[[1]]", b"[[[]]]"])
def test_nonsense_from_a_service_is_a_refusal(body: bytes) -> None:
    services = live(lambda _: httpx.Response(200, content=body))
    for ask in (lambda: services.translate("a", "auto", "fr"), lambda: services.define("a")):
        with pytest.raises(ToolError):
            ask()


def test_no_network_is_a_refusal() -> None:
    def down(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("down", request=request)

    with pytest.raises(ToolError, match="network is off"):
        live(down).define("a")


def test_answers_are_recorded_and_repeated(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    recording = Recording(live(world), path)
    call(recording, "Dictionary", keyword="rock pool")
    call(recording, "Translate", src="Hello", tgt_lang="fr")
    call(recording, "Translate", src="Hello", src_lang="en", tgt_lang="fr")
    services = open_services(str(path))
    assert services is not None
    assert services.name == "recorded (answers.jsonl)"
    assert call(services, "Dictionary", keyword="ROCK_POOL")["output"] == MEANINGS
    assert call(services, "Translate", src="Hello", tgt_lang="FR")["output"] == "Bonjour. Merci."
    assert call(services, "Translate", src="hello", tgt_lang="FR")["output"] is None
    assert call(services, "Dictionary", keyword="rock")["exception"] == "Failed."


def test_off() -> None:
    assert call(Off(), "Dictionary", keyword="a")["exception"]
    with pytest.raises(ToolError):
        call(Off(), "Translate", src="a")


def test_bad_recordings(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_text('{"tool": "Dictionary", "args": {}, "output": []}\n')
    with pytest.raises(UserError, match="not recorded calls"):
        open_services(str(path))
    with pytest.raises(UserError, match="neither recorded, live, off nor a file"):
        open_services("of")
    assert open_services("recorded") is None
    assert Recorded([]).name == "recorded"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("fr", "fr"),
        ("Into German, please", "de"),
        ("Chinese", "zh-cn"),
        ("traditional chinese", "zh-tw"),
    ],
)
def test_languages(text: str, code: str) -> None:
    assert language(text) == code
