"""The pages on which an agenda is arranged and checked, in a browser, under their own policy."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.support.in_process import InProcess
from tests.support.printed_pages import count_printed_pages
from tests.support.stack_users import OFFICE

Screen = Callable[..., Page]


@pytest.fixture
def meeting(stack: InProcess) -> str:
    """The path of a meeting with an item on its agenda and one to decide; Aoife is co-chair."""
    names = {"aoife@hse.ie": "Aoife Nig Uidhir", "eoin@hse.ie": "Eoin Doyle"}
    ids = [stack.join(email, name)["id"] for email, name in names.items()]
    done(stack, "/communities/SW/chairs", stack.sign_in(OFFICE), members=ids)
    chair = stack.sign_in("aoife@hse.ie")
    about = {"kind": "quarterly", "starts_at": "2027-02-18T10:00", "mode": "online"}
    made = done(stack, "/communities/SW/meetings", chair, **about)
    path = f"/meetings/{made['id']}"
    for title in ("Peer support on wards", "Visits to other services"):
        made = done(stack, f"{path}/items", stack.sign_in("eoin@hse.ie"), title=title, minutes=15)
    done(stack, f"{path}/agenda", chair, revision=0, accept=made["id"])
    return path


def done(stack: InProcess, path: str, session: str, **form: Any) -> Any:
    answer = stack.post(path, form, session=session)
    assert answer.status in (200, 201), answer.text
    return answer.json


@pytest.mark.parametrize("width", [360, 1280])
def test_what_saves_the_agenda_stays_in_sight(
    screen: Screen, stack: InProcess, meeting: str, width: int
) -> None:
    page = screen(f"{meeting}/agenda", stack.sign_in("aoife@hse.ie"), width)
    save = page.get_by_role("button", name="Save agenda")
    for place in ("lines", "topic"):
        page.locator(f"#{place}").evaluate("it => it.scrollIntoView()")
        box = save.bounding_box()
        assert box is not None
        assert 0 <= box["y"] < 200
        below = page.locator(f"#{place}").bounding_box()
        assert below is not None
        assert below["y"] >= box["y"] + box["height"]


def test_the_email_stands_in_its_frame_as_it_looks_and_leads_nowhere(
    screen: Screen, stack: InProcess, meeting: str
) -> None:
    page = screen(f"{meeting}/agenda/issue", stack.sign_in("aoife@hse.ie"))
    frame = page.frame_locator("iframe[title='The email as members will see it']")
    frame.get_by_text("Visits to other services").wait_for()
    name = frame.get_by_text("Comhar", exact=True)
    assert name.evaluate("it => getComputedStyle(it).backgroundColor") == "rgb(2, 89, 76)"
    frame.get_by_role("link", name="Yes, I am coming").click()
    assert len(page.context.pages) == 1
    assert [each.url.rpartition("/")[2] for each in page.frames] == ["issue", "email"]


def test_an_agenda_prints_on_one_page_with_the_link_to_join_and_who_leads(
    screen: Screen, stack: InProcess, meeting: str
) -> None:
    chair, eoin = stack.sign_in("aoife@hse.ie"), stack.sign_in("eoin@hse.ie")
    where = {"mode": "hybrid", "venue": "Cork University Hospital, room 2", "minutes": 120}
    done(stack, f"{meeting}/place", chair, link="https://meet.example/abc", **where)
    why = "Two of us have begun, and would like to hear how others went about it. " * 3
    for number in range(3):
        about = {"title": f"Item {number}", "why": why, "minutes": 10}
        made = done(stack, f"{meeting}/items", eoin, **about)
        done(stack, f"{meeting}/items/{made['id']}/accept", chair)
    page = screen(f"{meeting}/agenda/print", chair)
    for words in ("https://meet.example/abc", "Aoife Nig Uidhir and Eoin Doyle", "Item 2"):
        assert page.get_by_text(words).count()
    assert count_printed_pages(page) == 1


@pytest.mark.parametrize("width", [360, 1280])
def test_the_agenda_stands_below_the_date_and_the_answer_and_yes_opens_what_to_arrange(
    screen: Screen, stack: InProcess, meeting: str, width: int
) -> None:
    eoin = stack.sign_in("eoin@hse.ie")
    done(stack, f"{meeting}/agenda/issue", stack.sign_in("aoife@hse.ie"))
    page = screen(meeting, eoin, width)
    headings = [each.strip() for each in page.locator("h2").all_inner_texts()]
    assert headings[:2] == ["Are you coming?", "Agenda"]
    parking = page.get_by_label("Parking")
    assert not parking.is_visible()
    for answer, opens in (("no", False), ("yes", True)):
        done(stack, f"{meeting}/answer", eoin, answer=answer)
        page = screen(f"{meeting}?done=answered", eoin, width)
        assert page.get_by_label("Parking").is_visible() == opens


def test_an_emailed_answer_asks_what_to_arrange_once_it_is_yes(
    screen: Screen, stack: InProcess, meeting: str
) -> None:
    letter = stack.letter("eoin@hse.ie", "Invitation")
    page = screen(stack.link(letter, "/answer/"))
    parking = page.get_by_label("Parking")
    for answer, opens in (("No, I am not coming", False), ("Yes, I am coming", True)):
        page.get_by_label(answer).check()
        assert parking.is_visible() == opens
