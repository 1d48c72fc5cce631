"""Results read and answered: what came of a survey, and “you said, we did”."""

from collections.abc import Callable
from datetime import timedelta

from comhar.surveys import repository as surveys_repository
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser
from tests.support.past_surveys import GOOD, make_survey, run_survey

OFFICE = "office@example.com"
LIST = "/communities/SW/surveys"


def surveyed(stack: InProcess) -> None:
    """Two co-chairs and a member, two runs of a survey with results, and one that waits."""
    people = [stack.join(f"{name}@hse.ie", name)["id"] for name in ("aoife", "brid", "cian")]
    office = stack.sign_in(OFFICE)
    chairs = {"members": people[:2], "term_months": 12}
    assert stack.post("/communities/SW/chairs", chairs, session=office).status in (200, 201)
    assert stack.post(f"/members/{people[2]}/confirm", {}, session=office).status == 200
    table, now = stack.table(), stack.now
    run_survey(
        now - timedelta(weeks=30), [GOOD | {"rating": 2}] * 4 + [{"rating": 3}] * 2, table=table
    )
    run_survey(now - timedelta(weeks=4), [GOOD] * 6, table=table)
    coming = make_survey(now + timedelta(days=30), kind="later", everyone=True, people=())
    table.transact(surveys_repository.insert_survey_writes(coming))


def test_results_are_read_and_answered(stack: InProcess, visit: Callable[..., PageUser]) -> None:
    surveyed(stack)
    aoife = visit("aoife@hse.ie").sign_in()
    aoife.open("/communities/SW").follow("Surveys").reads("opens")
    aoife.follow("Call it off").reads("Nobody has been asked yet").press("Call it off")
    aoife.reads("The survey is called off")
    aoife.follow("How are we doing?").reads("Last time: 6 answers, mean 2.3 of 5.")
    aoife.reads("hidden, because fewer than 5 people answered")
    aoife.follow("Over time").reads("hidden").follow("The results")
    aoife.follow("Add to").press("Add it").reads("Write what was said")
    aoife.fill("You said", "The meetings are too short.").press("Add it")
    aoife.reads("It is added").reads("The meetings are too short.")
    aoife.follow("Add what is done").fill("We did", "Two hours from now on.").press("Save")
    aoife.reads("Two hours from now on.")

    cian = visit("cian@hse.ie").sign_in()
    cian.open(LIST).follow("How are we doing?").reads("Two hours from now on.")
    assert "Change it" not in cian.text()

    wide = visit("brid@hse.ie").sign_in().open(LIST).follow("How are we doing?")
    wide.reads("You said, we did").follow("Over time")
    wide.open(LIST).follow("How are we doing?").follow("Remove").press("Remove")
    wide.reads("It is removed.")
