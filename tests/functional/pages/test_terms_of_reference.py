"""The pages of the terms of reference, from the sample to the print, each inspected."""

from collections.abc import Callable

from tests.functional.pages.test_other_pages import AOIFE, meeting_in
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

TERMS = "/communities/SW/terms"


def test_terms_from_the_sample_to_the_print(visit: Callable[..., PageUser], stack: InProcess):
    meeting_in(stack)
    aoife, sean, office = (visit(each).sign_in() for each in (AOIFE, "sean@hse.ie", OFFICE))
    aoife.open(TERMS).reads("This is a sample to start from")
    aoife.follow("Edit terms").fill("1. Aim", "We meet in Cork.")
    sean.open(f"{TERMS}/edit").fill("1. Aim", "We meet in Kerry.").press("Save terms")
    sean.reads("The terms are saved")
    aoife.press("Save terms").reads("Both texts are below").reads("We meet in Kerry.")
    aoife.fill("1. Aim", "We meet in Cork and Kerry.").press("Save terms")
    aoife.reads("We meet in Cork and Kerry.").press("Send for approval")
    for who in (aoife, sean, office):
        who.open(TERMS).fill("Your name", "Síle Ní Bhriain").fill("Your job title or role", "Lead")
        who.press("Sign the terms").reads("Your signature is recorded")
    office.reads("Signed by the co-chairs and the National Office")
    aoife.open(f"{TERMS}/edit").fill("1. Aim", "We meet in Cork, and in Kerry.").press("Save terms")
    aoife.reads("the terms need new signatures").follow("Versions").follow("Version 1")
    aoife.reads("We meet in Cork and Kerry.")
    aoife.open(f"{TERMS}/print").follow("Add the annex: members and co-chairs").reads("Annex")
