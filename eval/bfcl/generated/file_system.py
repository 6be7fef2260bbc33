"""Tasks over the simulated file system."""

from __future__ import annotations

from dataclasses import dataclass

from envs.types import JSON
from eval.bfcl.generated.draft import Draft, call
from eval.bfcl.generated.simulator import Scenario

Files = dict[str, str]
"""Name -> content."""


@dataclass(frozen=True)
class Disk:
    """What is where when a task begins."""

    here: Files
    """Files in the folder where a session starts."""
    folders: dict[str, Files]

    def scenario(self, owner: str) -> Scenario:
        """The disk as its class loads it."""
        contents: dict[str, JSON] = {
            name: {"type": "directory", "contents": _files(files)}
            for name, files in self.folders.items()
        }
        top = {"type": "directory", "contents": {**_files(self.here), **contents}}
        return {"root": {owner: top}}


def _files(files: Files) -> dict[str, JSON]:
    return {name: {"type": "file", "content": text} for name, text in files.items()}


def draw_disk(d: Draft) -> Disk:
    """A disk with two files at the top and two folders with two files each."""
    stems = d.some(d.words.stems, 6)
    names = [f"{stem}.{d.pick(('txt', 'md', 'csv', 'log'))}" for stem in stems]
    files = [(name, _text(d)) for name in names]
    first, second = d.some(d.words.folders, 2)
    return Disk(dict(files[:2]), {first: dict(files[2:4]), second: dict(files[4:])})


def _text(d: Draft) -> str:
    lines = {d.remark() for _ in range(d.rng.randrange(3, 8))}
    return "\n".join(d.some(sorted(lines), len(lines)))


def _start(d: Draft) -> Disk:
    disk = draw_disk(d)
    d.open(GorillaFileSystem=disk.scenario(d.pick(d.words.people).lower()))
    return disk


def _here(d: Draft, disk: Disk) -> str:
    return str(d.pick(sorted(disk.here)))


def _below(d: Draft, disk: Disk) -> tuple[str, str]:
    folder = d.pick(sorted(disk.folders))
    return folder, d.pick(sorted(disk.folders[folder]))


def _new(d: Draft, disk: Disk) -> str:
    taken = {name.partition(".")[0] for name in disk.here}
    stem = d.pick([stem for stem in d.words.stems if stem not in taken])
    return f"{stem}_{d.rng.randrange(2, 99)}.txt"


def count(d: Draft) -> None:
    """The length of a file."""
    disk = _start(d)
    name = _here(d, disk)
    unit, mode = d.pick((("lines", "l"), ("words", "w"), ("characters", "c")))
    d.ask(f"How many {unit} [does {name} have|are there in {name}]?")
    counted = d.look("wc", file_name=name, mode=mode)["count"]
    d.reply(f"{name} has {counted} {unit}.")


def create(d: Draft) -> None:
    """An empty file or folder."""
    disk = _start(d)
    if d.pick((True, False)):
        name = _new(d, disk)
        d.ask(f"[Please create|Make|I need] an empty file called {name} here.")
        d.call("touch", file_name=name)
    else:
        name = f"{d.pick(d.words.folders)}_{d.rng.randrange(2020, 2040)}"
        d.ask(f"[Please make|Create|I need] a new folder {name} [right here|here].")
        d.call("mkdir", dir_name=name)


def search(d: Draft) -> None:
    """The lines that mention something."""
    disk = _start(d)
    name = _here(d, disk)
    word = d.pick(disk.here[name].split()).strip(".")
    d.ask(f"[Show me|Find|I need] the lines of {name} that contain '{word}'.")
    found = d.look("grep", file_name=name, pattern=word)["matching_lines"]
    d.reply("These lines do:\n" + "\n".join(found))


def rename(d: Draft) -> None:
    """Another name for a file."""
    disk = _start(d)
    name, new = _here(d, disk), _new(d, disk)
    d.ask(f"[Rename|Please rename] {name} to {new}.")
    d.call("mv", source=name, destination=new)


def note(d: Draft) -> None:
    """A new file with something in it."""
    disk = _start(d)
    name, text = _new(d, disk), d.remark()
    d.ask(f"[Write|Put] '{text}' into a new file [named|called] {name}.")
    d.call("touch", file_name=name)
    d.call("echo", content=text, file_name=name)


def delete(d: Draft) -> None:
    """A file in a folder goes."""
    folder, name = _below(d, _start(d))
    d.ask(f"[Go to|Open] the folder {folder} and [delete|remove] {name} there.")
    d.call("cd", folder=folder)
    d.call("rm", file_name=name)


def find(d: Draft) -> None:
    """A file has to be found before it can be read."""
    folder, name = _below(d, _start(d))
    lines, words = d.pick(((1, "line"), (2, "two lines"), (3, "three lines")))
    d.ask(
        f"There is a file {name} in one of the folders[| here]. "
        f"[Find it and show|Look for it and print] its last {words}."
    )
    d.call("find", path=".", name=name)
    d.call("cd", folder=folder)
    found = d.look("tail", file_name=name, lines=lines)["last_lines"]
    d.reply(f"It is in {folder} and ends like this:\n{found}")


def ordered(d: Draft) -> None:
    """A sorted copy of a file."""
    disk = _start(d)
    name, new = _here(d, disk), _new(d, disk)
    d.ask(f"[Sort|Please sort] the lines of {name} and save the result as {new}.")
    lines = d.call("sort", file_name=name)["sorted_content"]
    d.call("touch", file_name=new)
    d.call("echo", content=lines, file_name=new)


def backup(d: Draft) -> None:
    """Copies in a new folder, then one of them changes."""
    disk = _start(d)
    folder = f"{d.pick(d.words.folders)}_copy_{d.rng.randrange(2, 99)}"
    first, second = sorted(disk.here)
    d.ask(f"Make a folder {folder} and copy {first} and {second} into it.")
    d.call("mkdir", dir_name=folder)
    d.calls(*(call("cp", source=name, destination=folder) for name in (first, second)))
    new, text = _new(d, disk), d.remark()
    d.ask(f"[Now rename|In there, rename] the copy of {first} to {new}.")
    d.call("cd", folder=folder)
    d.call("mv", source=first, destination=new)
    d.ask(f"[Overwrite {new} with|Replace what {new} says with] '{text}'.")
    d.call("echo", content=text, file_name=new)


def unnamed(d: Draft) -> None:
    """Which file, the user says only when asked."""
    disk = _start(d)
    name, text = _here(d, disk), d.remark()
    d.ask(f"[Replace|Overwrite] the content of one of my files with '{text}'.")
    d.ask_back("Which file shall I write that to?")
    d.ask(f"[Take|I mean] {name}.")
    d.call("echo", content=text, file_name=name)


def undeletable(d: Draft) -> None:
    """A file should go and nothing on offer deletes."""
    disk = _start(d)
    name, other = sorted(disk.here)
    d.ask(f"How many lines does {other} have?")
    counted = d.look("wc", file_name=other, mode="l")["count"]
    d.reply(f"It has {counted} lines.")
    d.ask(f"[Then delete|Good, now delete] {name}.")
    d.refuse("I am sorry, I have no tool to delete files.", "rm", "mv", "rmdir")


KINDS = (
    *(count, create, search, rename, note, delete, find, ordered, backup),
    *(unnamed, undeletable),
)
