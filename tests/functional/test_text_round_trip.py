"""What people write comes back exactly as they wrote it, in JSON and on the page."""
# ruff: noqa: RUF001 - letters that look alike are the point

import html

import pytest

from tests.support.sample_community import SIX, SampleCommunity

pytestmark = pytest.mark.xdist_group("text_is_kept")  # one worker makes its community once

TEXTS = [
    "Sinéad Ní Dhomhnaill, Ó Súilleabháin, Mc Gréagóir",
    "👩🏽‍⚕️ family 👨‍👩‍👧‍👦 flag 🇮🇪 heart ❤️",
    "עברית \u200fימין\u200e left العربية",
    "<b>bold</b> & \"quotes\" 'n' {{ 7 * 7 }} {% raw %} %s ${x} =1+1",
    "Zalgo: e\u0301 versus \u00e9, ligature ﬁ, ½, fullwidth Ａ, math 𝕏",
]


@pytest.mark.parametrize("text", TEXTS)
def test_a_reflection_comes_back_exactly(text: str, community: SampleCommunity) -> None:
    body = {name: f"{text}\n{name}" for name in SIX} | {"visibility": "private"}
    made = community.cloud.call("POST", "/reflections", body, bearer=community.chair)
    assert made.status == 201, made
    address = f"/reflections/{made.json['id']}"
    result = community.cloud.call("GET", address, bearer=community.chair)
    for name in SIX:
        assert body[name] in _texts(result.json)
    page = community.cloud.call("GET", address, bearer=community.chair, html=True)
    assert text in html.unescape(page.text)
    assert "<b>bold" not in page.text


@pytest.mark.parametrize("text", TEXTS)
def test_an_item_comes_back_exactly_from_a_form(text: str, community: SampleCommunity) -> None:
    meeting = community.path("/meetings/{id}")
    made = community.cloud.call(
        "POST", f"{meeting}/items", form={"title": text}, bearer=community.chair, html=True
    )
    assert made.status == 303, made
    assert text in _texts(community.cloud.call("GET", meeting, bearer=community.chair).json)


def _texts(value: object) -> list[str]:
    if isinstance(value, dict):
        return [text for inner in value.values() for text in _texts(inner)]
    if isinstance(value, list):
        return [text for inner in value for text in _texts(inner)]
    return [value] if isinstance(value, str) else []
