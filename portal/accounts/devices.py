"""What a browser says about itself, as two words for the list of sessions. Pure."""

from __future__ import annotations

from dataclasses import dataclass

# The first that occurs decides: browsers name those they descend from, too.
BROWSERS = (
    ("MicroMessenger", "WeChat"),
    ("DingTalk", "DingTalk"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("CriOS/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
PHONES = frozenset({"HarmonyOS", "Android", "iOS"})


@dataclass(frozen=True)
class Device:
    """A browser and the system it runs on; empty where the agent's text tells nothing."""

    browser: str
    system: str

    @property
    def is_phone(self) -> bool:
        return self.system in PHONES


def describe_device(agent: str) -> Device:
    """The device behind a User-Agent text."""
    return Device(
        browser=next((name for sign, name in BROWSERS if sign in agent), ""),
        system=next((name for sign, name in SYSTEMS if sign in agent), ""),
    )
