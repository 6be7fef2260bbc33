"""Music, mail, sound, pictures and documents."""

from __future__ import annotations

import re

from envs.types import JSON, ToolError
from eval.api_bank.tools.base import Result, ToolSet, api
from eval.api_bank.tools.checks import compare, lowered, strict, stripped

_ADDRESS = re.compile(r"[a-z0-9]+[._]?[a-z0-9]+@\w+\.\w{2,3}")


def _same_music(response: Result, truth: Result) -> bool:
    return bool(response["output"] == truth["output"])


class MediaTools(ToolSet):
    """Media, and mail."""

    @api("PlayMusic", _same_music)
    def play_music(self, music_name: str) -> JSON:
        """Play a piece of music.

        Args:
            music_name: Name of the piece.
        """
        name = lowered(music_name)
        if not name:
            raise ToolError("The music name cannot be empty.")
        return f"music://{name}"

    @api("SendEmail", compare(receiver=lowered, subject=stripped, content=stripped))
    def send_email(self, receiver: str, subject: str, content: str) -> JSON:
        """Send an email.

        Args:
            receiver: Address that it goes to.
            subject: Its subject.
            content: Its text.
        """
        if not _ADDRESS.fullmatch(receiver.strip()):
            raise ToolError("Email address of the receiver is invalid.")
        if not subject.strip():
            raise ToolError("Subject cannot be empty.")
        if not content.strip():
            raise ToolError("Content cannot be empty.")
        return "success"

    @api("SpeechRecognition", strict)
    def speech_recognition(self, url: str) -> JSON:
        """Return what is said in a recording.

        Args:
            url: Where the recording is; ends with .wav.
        """
        url = url.strip()
        if not url.endswith(".wav"):
            raise ToolError("The url should end with .wav.")
        text = self.data("SpeechRecognition").get(url)
        if text is None:
            raise ToolError("The audio of this url failed to be processed.")
        return text

    @api("ImageCaption", strict)
    def image_caption(self, url: str) -> JSON:
        """Say what a picture shows.

        Args:
            url: Where the picture is; ends with .jpg, .jpeg or .png.
        """
        url = url.strip()
        if not url.endswith((".jpg", ".jpeg", ".png")):
            raise ToolError("The url should end with .jpg, .jpeg or .png.")
        caption = self.library.captions.get(url)
        if caption is None:
            raise ToolError("The image of this url failed to be processed.")
        return caption

    @api("DocumentQA", compare(url=stripped, question=stripped))
    def document_qa(self, url: str, question: str) -> JSON:
        """Answer a question about a document.

        Args:
            url: Where the document is; ends with .txt.
            question: The question.
        """
        question = question.strip()
        if not question:
            raise ToolError("The question is empty.")
        if url.strip() not in self.data("QuestionAnswering"):
            raise ToolError("The document of this url failed to be processed.")
        # The official lookup never finds an answer, and the recorded results say so.
        return "The question is too difficult to answer."
