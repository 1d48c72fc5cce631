"""A vision that many write together: nothing lost, agreement only to the present objectives."""

import random

import pytest

from comhar.errors import Invalid
from comhar.vision import forms
from comhar.vision.model import ObjectivesFull, Vision, VisionChanged, is_agreed, to_json
from tests.support.proof_sizes import sized

TITLE, HOW = "objectives.1.title", "objectives.1.how"
TEXT = {"purpose": "Learn together.", TITLE: "Meet", HOW: "Four times a year."}


def written(**more: str) -> Vision:
    return Vision(region="SW").save({}, {**TEXT, **more})


def test_whoever_changes_the_same_answer_late_sees_both_texts_and_nothing_is_saved():
    vision = written()
    after = vision.save(TEXT, {**TEXT, HOW: "Online."})
    with pytest.raises(VisionChanged) as refused:
        after.save(TEXT, {**TEXT, HOW: "In Cork."})

    both = {"theirs": "Online.", "yours": "In Cork."}
    assert refused.value.more == {"revision": 2, "fields": {HOW: both}}


def test_an_objective_with_answers_and_no_title_is_refused():
    vision = written()
    with pytest.raises(Invalid):
        vision.save(TEXT, {name: text for name, text in TEXT.items() if name != TITLE})


def test_two_objectives_of_one_place_are_refused():
    objectives = [forms.Objective(id="2", title="Meet"), forms.Objective(title="Learn")]
    with pytest.raises(Invalid):
        forms.Vision(objectives=objectives, revision=0).to_fields()


def test_changes_of_different_fields_are_both_there():
    vision = written()
    after = vision.save(TEXT, {**TEXT, "purpose": "Grow."}).save(TEXT, {**TEXT, HOW: "Online."})

    assert after.fields == {**TEXT, "purpose": "Grow.", HOW: "Online."}
    assert after.revision == 3


def test_what_changes_nothing_is_not_saved():
    vision = written()
    assert vision.save(TEXT, TEXT) is vision


def test_a_changed_objective_ends_agreement_and_a_changed_purpose_does_not():
    vision = written().model_copy(update={"agreed": 2})
    later = vision.save(TEXT, {**TEXT, "purpose": "Grow."})
    assert later.agreed == 2 and later.is_agreed_by(1)
    changed = later.save(later.fields, {**later.fields, HOW: "Online."})
    assert changed.agreed == 0 and not changed.is_agreed_by(1) and not changed.is_agreed_by(2)
    assert changed.is_agreed_by(3)


def test_more_people_than_there_are_never_agreed():
    vision = written().model_copy(update={"agreed": 3})
    assert (vision.count_agreed(5), vision.count_agreed(2)) == (3, 2)


def test_nobody_has_agreed_to_a_vision_that_is_not_written():
    assert not Vision(region="SW").is_agreed_by(None)
    assert not is_agreed(0, 0)


def test_who_adds_to_an_objective_that_others_took_away_sees_that_it_is_gone():
    vision = written().save(TEXT, {"purpose": TEXT["purpose"]})
    with pytest.raises(VisionChanged) as refused:
        vision.save(TEXT, {**TEXT, "objectives.1.who": "Peers."})
    assert refused.value.more["fields"] == {TITLE: {"theirs": None, "yours": "Meet"}}
    saved = vision.save(vision.fields, refused.value.merged)
    assert saved.fields[TITLE] == "Meet"


def test_a_new_objective_takes_the_first_free_place_and_a_sixth_is_refused():
    vision = Vision(region="SW")
    for n in range(5):
        vision = vision.add_objective({TITLE: f"Objective {n}"})
    assert vision.fields["objectives.5.title"] == "Objective 4"
    assert vision.add_objective({TITLE: "Objective 2"}) is vision  # sent twice
    with pytest.raises(ObjectivesFull):
        vision.add_objective({TITLE: "One more"})


def test_half_of_the_members_is_not_enough():
    assert not is_agreed(11, 22)
    assert is_agreed(12, 22)


def test_the_text_comes_back_as_it_was_written():
    objective = {"id": None, "title": "Meet", "why": None, "how": "Online."}
    form = forms.Vision(
        purpose="Learn.",
        goals=["Meet", "Grow"],
        objectives=[forms.Objective(**objective)],
        revision=0,
    )
    text = to_json(form.to_fields())

    assert (text["purpose"], text["goals"]) == ("Learn.", ["Meet", "Grow"])
    assert text["objectives"][0]["id"] == "1"
    assert text["objectives"][0]["how"] == "Online."


def test_eight_people_lose_no_change():
    """Each appends a mark of their own to a field they read some rounds ago."""
    dice = random.Random(19)
    vision = written()
    revisions = [vision]
    marks: set[str] = set()
    for n in range(sized(2, 200)):
        forms_open = [dice.choice(revisions[-3:]) for _ in range(8)]
        for who, base in enumerate(forms_open):
            name, mark = dice.choice(list(TEXT)), f"<{n}.{who}>"
            try:
                after = vision.save(base.fields, {**base.fields, name: base.fields[name] + mark})
            except VisionChanged as late:
                both = late.more["fields"][name]
                assert both["theirs"] == vision.fields[name]
                base = vision
                after = vision.save(base.fields, {**base.fields, name: both["theirs"] + mark})
            vision = after
            revisions.append(vision)
            marks.add(mark)
    assert all(any(mark in text for text in vision.fields.values()) for mark in marks)
