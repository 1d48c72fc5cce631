"""A reflection shared, added to, changed and printed."""

from collections.abc import Callable

from comhar import data
from tests.support.in_process import InProcess
from tests.support.page_user import PageUser

STEPS = [each["title"] for each in data.load("reflection_steps")]


def test_a_reflection_is_shared_added_to_and_changed(
    stack: InProcess, visit: Callable[..., PageUser]
) -> None:
    stack.co_chairs("aine", "brid")

    aine = visit("aine@hse.ie")
    aine.sign_in().open("/me").follow("Write a reflection").press("Begin")
    for number, _ in enumerate(STEPS, 1):
        aine.fill("", f"Céim {number}").press("Save and continue")
    aine.reads("Check your reflection").reads("1 person can read it today")
    aine.choose("Who may read this reflection?", "My community").press("Save my reflection")
    path = aine.reads("Your reflection is saved").path

    brid = visit("brid@hse.ie")
    brid.sign_in().open("/reflections?region=SW").follow("Céim 1")
    brid.fill("Add to the action plan", "Ask three groups").press("Add it").reads(
        "Ask three groups"
    )
    brid.follow("Make part of this plan an action")
    brid.fill("What will be done", "Ask three groups")
    brid.select("By whom", "aine Ní Dhomhnaill").fill("By when", "2027-03-10")
    brid.press("Add the action").reads("The action is added").reads("Ask three groups")

    aine.open(path).reads("Ask three groups").press("Change this reflection")
    aine.reads("Until then your reflection stays as it is")
    aine.follow(f"Change the step “{STEPS[1]}”").fill("", " agus bród").press("Save and continue")
    aine.open("/reflections/new/review").press("Save the changes").reads("agus bród")
    aine.follow("Earlier versions").reads("Version 1").open(path).follow("My reflections")
    aine.follow("See all of them in full").reads("agus bród")


def test_a_reflection_is_written_on_one_page_and_what_is_left_out_is_asked_for(
    stack: InProcess, visit: Callable[..., PageUser]
) -> None:
    stack.co_chairs("aine", "brid")
    aine = visit("aine@hse.ie").sign_in().open("/reflections/new")
    for title in STEPS[1:]:
        aine.fill(title, f"{title}: our words")
    aine.press("Save reflection").reads("There is a problem")
    assert aine.value(STEPS[5]) == f"{STEPS[5]}: our words"
    aine.fill(STEPS[0], "A quiet morning").press("Save reflection").reads("A quiet morning")
    brid = visit("brid@hse.ie").sign_in().open(aine.path)
    assert "A quiet morning" not in brid.text()
