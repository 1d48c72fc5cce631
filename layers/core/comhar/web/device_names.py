"""What kind of device asks, as people call it, by its User-Agent header."""

_BROWSERS = {  # the first that is named counts: most also name the ones after it
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "Chrome/": "Chrome",
    "CriOS/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "a Chromebook",
    "Windows": "Windows",
    "Mac OS": "a Mac",
    "Linux": "Linux",
}


def name_device(user_agent: str) -> str:
    """The kind of device that a User-Agent header tells of, "Chrome on Windows".

    No version and no model; "" for what is no browser we know.
    """
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), None)
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), None)
    return f"{browser} on {system}" if browser and system else browser or ""
