"""The smart home: scenes and switches that act at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from envs.types import JSON, ToolError
from eval.api_bank.tools.base import CheckCrash, Result, ToolSet, api
from eval.api_bank.tools.checks import compare, lowered, same_end
from eval.api_bank.tools.times import TIME, normal, same_time


def _same_scene(response: Result, truth: Result) -> bool:
    mine, theirs = (_scene(result) for result in (response, truth))
    return mine == theirs and same_end(response, truth)


def _added_scene(response: Result, truth: Result) -> bool:
    if truth["output"] is None and response["output"] is not None:
        return False
    mine, theirs = (_scene(result) for result in (response, truth))
    return bool(mine == theirs and response["exception"] == truth["exception"])


def _scene(result: Result) -> tuple[str, list[Any]]:
    name, devices = result["input"]["name"], result["input"]["devices"]
    if not _valid(devices):
        raise CheckCrash("it looks for the names of devices in something else")
    return lowered(name), _ordered(devices)


def _valid(devices: Any) -> bool:
    return isinstance(devices, list) and all(
        isinstance(device, Mapping)
        and isinstance(device.get("name"), str)
        and isinstance(device.get("description"), str)
        for device in devices
    )


def _ordered(devices: list[Any]) -> list[Any]:
    """Devices by their names, which are in lower case."""
    cleaned = (
        {**d, "name": lowered(d["name"]), "description": d["description"].strip()} for d in devices
    )
    return sorted(cleaned, key=lambda device: device["name"])


class HomeTools(ToolSet):
    """Scenes and timed switches."""

    @api("QueryScene", compare(name=lowered))
    def query_scene(self, name: str) -> JSON:
        """Return the devices of a scene.

        Args:
            name: Name of the scene.
        """
        return self.data("Scenes")[self._known(name, "Scene not found.")]

    @api("DeleteScene", compare(name=lowered))
    def delete_scene(self, name: str) -> JSON:
        """Delete a scene.

        Args:
            name: Name of the scene.
        """
        del self.data("Scenes")[self._known(name, "The scene does not exist.")]
        return "success"

    @api("AddScene", _added_scene)
    def add_scene(self, name: str, devices: list[dict[str, str]]) -> JSON:
        """Set a scene up.

        Args:
            name: Name of the new scene.
            devices: Its devices, such as [{"name": "light", "description": "In the kitchen"}].
        """
        key = _named(name)
        ordered = _checked(devices)
        scenes = self.data("Scenes")
        if key in scenes:
            raise ToolError("Scene name already exists.")
        scenes[key] = ordered
        return "success"

    @api("ModifyScene", _same_scene)
    def modify_scene(self, name: str, devices: list[dict[str, str]]) -> JSON:
        """Give a scene other devices.

        Args:
            name: Name of the scene.
            devices: Its devices from now on, each with a name and a description.
        """
        _named(name)
        ordered = _checked(devices)
        self.data("Scenes")[self._known(name, "The scene does not exist.")] = ordered
        return "success"

    def _known(self, name: str, unknown: str) -> str:
        key = _named(name)
        if key not in self.data("Scenes"):
            raise ToolError(unknown)
        return key

    # --- switches

    @api("TimedSwitch", compare("on", name=lowered, time=same_time))
    def timed_switch(self, name: str, time: str, on: bool) -> JSON:
        """Have a device switched on or off at a time.

        Args:
            name: Name of the device.
            time: When, as %Y-%m-%d %H:%M:%S.
            on: Whether it is switched on.
        """
        key = lowered(name)
        if not key:
            raise ToolError("Name cannot be empty.")
        time = normal(time, TIME)
        switches = self.data("TimeSwitch").setdefault(key, [])
        for switch in switches:
            if switch["time"] == time:
                switch["on"] = on
                return "success"
        switches.append({"time": time, "on": on})
        return "success"

    @api("CancelTimedSwitch", compare(name=lowered, time=same_time))
    def cancel_timed_switch(self, name: str, time: str) -> JSON:
        """Take back that a device is switched at a time.

        Args:
            name: Name of the device.
            time: When, as %Y-%m-%d %H:%M:%S.
        """
        key = lowered(name)
        if not key:
            raise ToolError("name cannot be empty.")
        time = normal(time, TIME)
        switches = self.data("TimeSwitch").get(key)
        if switches is None:
            raise ToolError("device name does not exist.")
        found = [switch for switch in switches if switch["time"] == time]
        if not found:
            raise ToolError("time does not exist.")
        switches.remove(found[0])
        return "success"


def _named(name: str) -> str:
    key = lowered(name)
    if not key:
        raise ToolError("Scene name cannot be empty.")
    return key


def _checked(devices: Any) -> list[Any]:
    if not _valid(devices):
        raise ToolError("Invalid device format.")
    ordered = _ordered(devices)
    if len({device["name"] for device in ordered}) < len(ordered):
        raise ToolError("Device name cannot be duplicated.")
    return ordered
