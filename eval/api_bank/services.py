"""Where the answers of Dictionary and Translate come from, which are services of the web.

`Off` answers as the official program does without a network. `Recorded` repeats answers of
earlier calls. `Live` asks the services; no test can reach them, so it is checked against a fake
transport only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from envs.common.errors import UserError
from envs.common.files import read_lines
from envs.types import JSON, ToolError
from eval.api_bank.tools.base import Escape

if TYPE_CHECKING:
    import httpx

ANY = "auto"
"""Stands for a source language that the service finds out."""
UNKNOWN_WORD = "Failed."
NO_NETWORK = "network is off"
DICTIONARY_URL = "https://api.dictionaryapi.dev/api/v2/entries/en/"
TRANSLATE_URL = "https://translate.googleapis.com/translate_a/single"


class Services(Protocol):
    """The services that tools ask."""

    @property
    def name(self) -> str:
        """For reports."""

    def define(self, word: str) -> JSON:
        """The meanings of a word in lower case, as dictionaryapi.dev lists them.

        Raises:
            ToolError: there are none.
        """

    def translate(self, text: str, source: str, target: str) -> str:
        """Translate from a language code (or `ANY`) to a language code.

        Raises:
            ToolError: it cannot be done.
        """


class Off:
    """No services."""

    name = "off"

    def define(self, word: str) -> JSON:
        """Fail."""
        raise ToolError(NO_NETWORK)

    def translate(self, text: str, source: str, target: str) -> str:
        """Fail as the official code does where no proxy is set: out of the call."""
        raise Escape("TypeError", "str expected, not NoneType")


class Recorded:
    """Answers of earlier calls.

    Args:
        rows: ``tool`` (or ``api_name``), ``args`` (or ``param_dict``) and ``output`` of calls;
            those of other tools do not matter.
        name: for reports.
    """

    def __init__(self, rows: Iterable[Mapping[str, Any]], name: str = "recorded") -> None:
        self.name = name
        self._meanings: dict[str, JSON] = {}
        self._translations: dict[tuple[str, str, str], str] = {}
        for row in rows:
            tool, output = row.get("tool", row.get("api_name")), row.get("output")
            arguments = row.get("args", row.get("param_dict", {}))
            if output is None or row.get("exception") is not None:
                continue
            if tool == "Dictionary":
                self._meanings[arguments["keyword"].replace("_", " ").strip().lower()] = output
            elif tool == "Translate":
                key = languages(arguments.get("src_lang"), arguments.get("tgt_lang"))
                self._translations[(arguments["src"], *key)] = output

    def define(self, word: str) -> JSON:
        """What was answered about that word."""
        meanings = self._meanings.get(word)
        if meanings is None:
            raise ToolError(UNKNOWN_WORD)
        return meanings

    def translate(self, text: str, source: str, target: str) -> str:
        """What was answered about exactly that text."""
        found = self._translations.get((text, source, target))
        if found is None:
            raise ToolError(NO_NETWORK)
        return found


class Live:
    """The services themselves.

    Args:
        client: in place of an own one.
    """

    name = "live"

    def __init__(self, client: httpx.Client | None = None) -> None:
        if client is None:
            import httpx

            client = httpx.Client(timeout=20)
        self._client = client

    def define(self, word: str) -> JSON:
        """Ask dictionaryapi.dev."""
        from urllib.parse import quote

        body = self._get(DICTIONARY_URL + quote(word, safe=""))
        if not (isinstance(body, list) and body and isinstance(body[0], dict)):
            raise ToolError(UNKNOWN_WORD)
        return body[0].get("meanings", [])

    def translate(self, text: str, source: str, target: str) -> str:
        """Ask Google's translation."""
        body = self._get(TRANSLATE_URL, client="gtx", dt="t", sl=source, tl=target, q=text)
        try:
            return "".join(part[0] for part in body[0])
        except (TypeError, LookupError):
            raise ToolError("The translation could not be read.") from None

    def _get(self, url: str, **params: str) -> JSON:
        import httpx

        try:
            response = self._client.get(url, params=params or None)
            if response.status_code != 200:
                raise ToolError(UNKNOWN_WORD)
            return response.json()
        except (httpx.HTTPError, ValueError) as error:
            raise ToolError(f"{NO_NETWORK}: {type(error).__name__}") from None


class Recording:
    """Services whose answers are kept in a file, for `Recorded`.

    Args:
        services: who answers.
        path: a JSON-lines file, appended to.
    """

    def __init__(self, services: Services, path: Path) -> None:
        self._services = services
        self._path = path
        self.name = f"{services.name}, recorded"

    def define(self, word: str) -> JSON:
        """Ask, and keep the answer."""
        output = self._services.define(word)
        self._keep("Dictionary", {"keyword": word}, output)
        return output

    def translate(self, text: str, source: str, target: str) -> str:
        """Ask, and keep the answer."""
        output = self._services.translate(text, source, target)
        arguments = {"src": text, "src_lang": source, "tgt_lang": target}
        if source == ANY:
            del arguments["src_lang"]
        self._keep("Translate", arguments, output)
        return output

    def _keep(self, tool: str, arguments: Mapping[str, str], output: JSON) -> None:
        row = {"tool": tool, "args": dict(arguments), "output": output}
        with self._path.open("a", encoding="utf-8") as file:
            print(json.dumps(row, ensure_ascii=False), file=file)


def open_services(name: str) -> Services | None:
    """The services that ``--services`` names; ``None`` for those that dialogues record.

    Raises:
        UserError: it is no such name, and no file.
    """
    if name == "recorded":
        return None
    if name == "off":
        return Off()
    if name == "live":
        return Live()
    if not Path(name).is_file():
        raise UserError(f"--services {name}: neither recorded, live, off nor a file")
    return read_recorded(Path(name))


def read_recorded(path: Path) -> Recorded:
    """Recorded answers from a JSON-lines file.

    Raises:
        UserError: it is missing or broken.
    """
    rows = read_lines(path)
    try:
        return Recorded(rows, name=f"recorded ({path.name})")
    except (KeyError, AttributeError, TypeError) as error:
        raise UserError(f"{path}: not recorded calls of Dictionary or Translate: {error}") from None


def languages(source: str | None, target: str | None) -> tuple[str, str]:
    """The codes of a source and a target language; by default any to English.

    Raises:
        ToolError: there is no such language.
    """
    return language(source) if source else ANY, language(target) if target else "en"


def language(text: str) -> str:
    """The code of a language: the code itself, or a text that has the name in it.

    Raises:
        ToolError: there is no such language.
    """
    text = text.lower()
    if text in LANGUAGES:
        return text
    if "chinese" in text:
        return "zh-tw" if "traditional" in text else "zh-cn"
    for code, name in LANGUAGES.items():
        if name in text:
            return code
    raise ToolError("Language not supported.")


_LANGUAGES = (
    "af:afrikaans sq:albanian am:amharic ar:arabic hy:armenian az:azerbaijani eu:basque "
    "be:belarusian bn:bengali bs:bosnian bg:bulgarian ca:catalan ceb:cebuano ny:chichewa "
    "zh-cn:chinese_(simplified) zh-tw:chinese_(traditional) co:corsican hr:croatian "
    "cs:czech da:danish nl:dutch en:english eo:esperanto et:estonian tl:filipino "
    "fi:finnish fr:french fy:frisian gl:galician ka:georgian de:german el:greek "
    "gu:gujarati ht:haitian_creole ha:hausa haw:hawaiian iw:hebrew hi:hindi hmn:hmong "
    "hu:hungarian is:icelandic ig:igbo id:indonesian ga:irish it:italian ja:japanese "
    "jw:javanese kn:kannada kk:kazakh km:khmer ko:korean ku:kurdish_(kurmanji) "
    "ky:kyrgyz lo:lao la:latin lv:latvian lt:lithuanian lb:luxembourgish mk:macedonian "
    "mg:malagasy ms:malay ml:malayalam mt:maltese mi:maori mr:marathi mn:mongolian "
    "my:myanmar_(burmese) ne:nepali no:norwegian or:odia ps:pashto fa:persian pl:polish "
    "pt:portuguese pa:punjabi ro:romanian ru:russian sm:samoan gd:scots_gaelic "
    "sr:serbian st:sesotho sn:shona sd:sindhi si:sinhala sk:slovak sl:slovenian "
    "so:somali es:spanish su:sundanese sw:swahili sv:swedish tg:tajik ta:tamil te:telugu "
    "th:thai tr:turkish uk:ukrainian ur:urdu ug:uyghur uz:uzbek vi:vietnamese cy:welsh "
    "xh:xhosa yi:yiddish yo:yoruba zu:zulu"
)
LANGUAGES = {
    code: name.replace("_", " ") for code, name in (pair.split(":") for pair in _LANGUAGES.split())
}
"""Language codes and names of the translation service."""
