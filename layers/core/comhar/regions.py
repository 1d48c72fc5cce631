"""The six health regions and their codes, and the code of all of them."""

from functools import cache

from comhar import data

NATIONAL = "IE"


@cache
def codes() -> tuple[str, ...]:
    """In the order in which they are listed everywhere."""
    return tuple(each["code"] for each in data.load("regions"))


@cache
def names() -> dict[str, str]:
    """The region's name, by its code."""
    return {each["code"]: each["name"] for each in data.load("regions")}
