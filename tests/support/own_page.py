"""What a person's own page says: meetings to come, and what waits."""

from typing import Any

from tests.support.sample_region import Region


def waiting(region: Region, who: Any, kind: str | None = None) -> list[dict[str, Any]]:
    """What waits for somebody, all or of one kind; the page says the same number as the list."""
    listed = region.ask(who, "GET", "/me/waiting").json
    home = region.ask(who, "GET", "/me").json
    assert listed["count"] == len(listed["items"]) == home["count"]
    assert listed["surveys"] == home["surveys"]
    return [each for each in listed["items"] if kind in (None, each["kind"])]


def waiting_kinds(region: Region, who: Any) -> list[str]:
    return [each["kind"] for each in waiting(region, who)]


def waiting_hrefs(region: Region, who: Any, kind: str) -> list[str]:
    return [each["href"] for each in waiting(region, who, kind)]


def coming_meetings(region: Region, who: Any) -> list[str]:
    """The addresses of the meetings that somebody's own page names."""
    home = region.ask(who, "GET", "/me").json
    listed = [home["next_meeting"], *home["later_meetings"]]
    return [f"/meetings/{each['id']}" for each in listed if each]
