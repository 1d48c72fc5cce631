"""People who were at a meeting are confirmed from its record, or referred to the office."""

from collections.abc import Callable

from tests.functional.pages.test_meeting_letters import AOIFE, Chairs
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser

NEW = {
    "dara@hse.ie": "Dara Ní Bhriain",
    "eabha@hse.ie": "Éabha Walsh",
    "fionn@hse.ie": "Fionn Daly",
}


def test_co_chairs_confirm_who_was_there_and_tell_the_office_whom_they_do_not_know(
    visit: Callable[..., PageUser], stack: InProcess
) -> None:
    chairs, aoife, office = Chairs(stack), visit(AOIFE), visit("office@example.com")
    new = [stack.join(email, name) for email, name in NEW.items()]
    meeting = chairs.meeting(kind="quarterly", starts_at="2027-01-20T10:00")
    chairs.at("2027-01-20T14")
    chairs.done(f"{meeting}/close", {"attended": [each["id"] for each in new[:2]]})
    aoife.sign_in().open(f"{meeting}/record").reads("2 of those who were there are not confirmed")
    aoife.follow("Confirm them").reads("Dara Ní Bhriain").reads("See 1 other person to confirm")
    assert "Fionn" not in aoife.text()
    aoife.press("person Éabha Walsh").reads("The National Office will look at it.")
    aoife.reads("With the National Office").reads("Fionn Daly").follow("Éabha Walsh")
    aoife.reads("A co-chair does not know this person.").open(f"{meeting}/record")
    aoife.reads("1 of those who were there is not confirmed").follow("Confirm them")
    aoife.choose("Who works in this role?", "Dara Ní Bhriain").press("Confirm")
    aoife.open(f"{meeting}/record")
    assert "not confirmed yet" not in aoife.text()
    aoife.open(f"/members/{new[2]['id']}").reads("I do not know this person")
    office.sign_in().open("/members/confirm?region=SW").reads("a co-chair does not know them")
    office.open(f"/members/{new[1]['id']}").reads("Decide whether to confirm them.")
    office.press("Confirm").reads("confirmed")
