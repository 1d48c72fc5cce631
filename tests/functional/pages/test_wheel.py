"""The pages of the success wheel and of the principles, by clicks."""

from collections.abc import Callable
from datetime import UTC, datetime

from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.stack_users import OFFICE

Visit = Callable[..., PageUser]
AOIFE, SEAN = "aoife@hse.ie", "sean@hse.ie"


def meeting_of_two_chairs(stack: InProcess) -> str:
    """The path of a meeting that has begun."""
    names = (AOIFE, "Aoife Nic Giolla Phádraig-O’Shaughnessy"), (SEAN, "Seán Ó Dubhshláine")
    people = [stack.join(email, name) for email, name in names]
    chairs = {"members": [each["id"] for each in people]}
    assert stack.post("/communities/SW/chairs", chairs, session=stack.sign_in(OFFICE)).status == 200
    form = {"kind": "quarterly", "starts_at": "2027-02-18T10:00", "mode": "online"}
    made = stack.post("/communities/SW/meetings", form, session=people[0]["session"])
    stack.cloud.now = datetime(2027, 2, 18, 11, tzinfo=UTC)
    return f"/meetings/{made.json['id']}"


def test_a_group_s_picture_is_saved_clashes_is_changed_and_removed(
    visit: Visit, stack: InProcess
) -> None:
    meeting = meeting_of_two_chairs(stack)
    aoife, sean = visit(AOIFE).sign_in(), visit(SEAN).sign_in()
    sean.open("/communities/SW/wheel").reads("No pictures yet")
    sean.open(f"{meeting}/wheel")
    aoife.open(f"{meeting}/run").follow("picture of the success wheel").press("Save picture")
    aoife.reads("Choose a number for at least one facet.")
    aoife.choose("Vision", "4").choose("Governance", "2")
    aoife.fill("What the group said", "Decisions take long.").press("Save picture")
    aoife.reads("The picture is saved.").reads("Vision 4").reads("Measurement Left out")
    sean.choose("Vision", "5").press("Save picture")
    sean.reads("Vision: somebody else saved 4, you chose 5.")
    sean.reads("Governance: somebody else saved 2, you chose nothing.")
    sean.reads("What somebody else wrote: Decisions take long.")
    sean.choose("Governance", "2").press("Save picture").reads("Vision 5").reads("Governance 2")
    sean.follow("Change this picture").choose("Governance", "Leave out").press("Save picture")
    sean.reads("Governance Left out").follow("Remove this picture").press("Remove picture")
    sean.reads("The picture is removed.").reads("No pictures yet")


def test_the_office_reads_the_facets_and_the_principles(visit: Visit, stack: InProcess) -> None:
    office = visit(OFFICE).sign_in()
    office.open("/communities/SW").follow("Success wheel").reads(
        "Only confirmed members of the community see"
    )
    office.open("/about").follow("engagement principles").reads("A question to think about")
