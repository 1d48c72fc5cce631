"""The pages of the terms of reference, from the sample to the print, each inspected."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.functional.pages.test_other_pages import AOIFE, meeting_in
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.printed_pages import count_printed_pages
from tests.support.stack_users import OFFICE

LONG = "Caoilfhionn Ní Mhaolchatha-Mac Giolla Easpaig Uí Dhonnchadha"
TERMS = "/communities/SW/terms"


def test_terms_from_the_sample_to_the_print(visit: Callable[..., PageUser], stack: InProcess):
    meeting_in(stack)
    aoife, sean, office = (visit(each).sign_in() for each in (AOIFE, "sean@hse.ie", OFFICE))
    aoife.open(TERMS).reads("This is a sample to start from")
    aoife.follow("Edit terms").fill("1. Aim", "We meet in Cork.")
    sean.open(f"{TERMS}/edit").fill("1. Aim", "We meet in Kerry.").press("Save terms")
    sean.reads("The terms are saved")
    aoife.press("Save terms").reads("Both texts are below").reads("We meet in Kerry.")
    assert aoife.value("2. Objectives").startswith("We work together on engagement")
    assert aoife.value("How many months the terms hold") == "12"
    aoife.fill("1. Aim", "We meet in Cork and Kerry.").press("Save terms")
    aoife.reads("We meet in Cork and Kerry.").press("Send for approval")
    for who in (aoife, sean, office):
        who.open(TERMS).fill("Your name", "Síle Ní Bhriain").fill("Your job title or role", "Lead")
        who.press("Sign the terms").reads("Your signature is recorded")
    office.reads("Signed by the co-chairs and the National Office")
    aoife.open(f"{TERMS}/edit").fill("1. Aim", "We meet in Cork, and in Kerry.").press("Save terms")
    aoife.reads("the terms need new signatures").follow("Versions").follow("Version 1")
    aoife.reads("We meet in Cork and Kerry.")
    for each in (aoife, sean):
        each.open(TERMS)
    aoife.press("Send for approval")
    for who in (aoife, sean, office):
        who.open(TERMS).fill("Your name", "Ann").fill("Your job title or role", "Lead")
        who.press("Sign the terms")
    aoife.open(f"{TERMS}/edit").fill("1. Aim", "We meet in Cork and in Kerry.")
    aoife.choose("Only spelling?", "I only corrected spelling. The meaning is the same.")
    aoife.press("Save terms")
    sean.open(f"{TERMS}/versions").reads("Corrected since it was signed").reads("Removed: Cork,")
    sean.open(f"{TERMS}/versions/2").reads("What changed in “Aim”").reads("Added: Cork,")


def test_the_print_is_a_document_with_a_head_numbers_and_signatures(
    visit: Callable[..., PageUser], screen: Callable[..., Page], stack: InProcess
):
    meeting_in(stack)
    aoife, sean, office = (visit(each).sign_in() for each in (AOIFE, "sean@hse.ie", OFFICE))
    aoife.open(f"{TERMS}/print").reads("None yet").reads("Sample")
    page = screen(f"{TERMS}/print", stack.sign_in(AOIFE))
    assert count_printed_pages(page) == 2
    aoife.open(TERMS).press("Send for approval")
    aoife.open(f"{TERMS}/print").reads("Waiting for signatures").reads("Not signed yet")
    for who in (aoife, sean, office):
        who.open(TERMS).fill("Your name", LONG).fill("Your job title or role", LONG)
        who.press("Sign the terms")
    aoife.open(f"{TERMS}/print").reads("Approved by the co-chairs and the National Office")
    aoife.reads("1. Aim").reads("11. ")
    assert "Annex: the community today" not in aoife.text()
    page.goto(f"{TERMS}/print")
    page.get_by_label("Add members, co-chairs and the next meetings").check()
    page.get_by_role("button", name="Show the document").click()
    for words in (
        "Annex: the community today",
        "Peer Support Worker (co-chair)",
        "18 February 2027",
    ):
        assert words in page.inner_text("main")
    for query, pages in (("", 2), ("?annex=yes", 3)):
        page.goto(f"{TERMS}/print{query}")
        page.emulate_media(media="print")
        assert page.locator("td .nhsuk-table-responsive__heading:visible").count() == 0
        page.emulate_media(media="null")
        assert count_printed_pages(page) == pages, query
        page.set_viewport_size({"width": 360, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
