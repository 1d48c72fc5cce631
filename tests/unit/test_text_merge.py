"""Texts that several edit at once: what only one changed is merged, what both changed is theirs to choose."""

from comhar.text_merge import Conflict, merge_fields, word_differences

BASE = {"purpose": "Learn together.", "goals": "Meet."}


def test_a_field_that_both_changed_differently_is_left_to_the_person():
    merge = merge_fields(BASE, {**BASE, "goals": "Meet more."}, {**BASE, "goals": "Meet less."})

    assert merge.conflicts == (Conflict("goals", own="Meet more.", other="Meet less."),)
    assert not merge.changed
    assert merge.fields["goals"] == "Meet more."


def test_what_one_deleted_and_the_other_changed_is_left_to_the_person():
    merge = merge_fields(BASE, {"purpose": BASE["purpose"]}, {**BASE, "goals": "Meet less."})

    assert merge.conflicts == (Conflict("goals", own=None, other="Meet less."),)


def test_changes_of_different_fields_are_merged():
    merge = merge_fields(BASE, {**BASE, "goals": "Meet more."}, {**BASE, "purpose": "Learn."})

    assert merge.fields == {"purpose": "Learn.", "goals": "Meet more."}
    assert merge.changed == ("goals",)
    assert merge.taken == ("purpose",)
    assert not merge.conflicts


def test_the_same_change_by_both_is_no_conflict():
    after = {**BASE, "goals": "Meet more."}
    merge = merge_fields(BASE, after, after)

    assert (merge.fields, merge.changed, merge.taken, merge.conflicts) == (after, (), (), ())


def test_fields_that_were_added_and_deleted_are_merged():
    merge = merge_fields(BASE, {**BASE, "why": "To grow."}, {"purpose": BASE["purpose"]})

    assert merge.fields == {"purpose": BASE["purpose"], "why": "To grow."}


def test_line_ends_of_a_browser_are_no_change():
    base = {"why": "One\ntwo"}
    merge = merge_fields(base, {"why": "One\r\ntwo"}, {"why": "One\nthree"})

    assert merge.fields == {"why": "One\nthree"}
    assert not merge.conflicts


def test_differences_join_to_both_texts():
    before, after = "We meet four times\na year.", "We meet five times\na year, online."
    pieces = word_differences(before, after)

    assert "".join(each.text for each in pieces if each.kind != "added") == before
    assert "".join(each.text for each in pieces if each.kind != "deleted") == after
    assert [each.text for each in pieces if each.kind == "added"] == ["five", "year, online."]


def test_a_text_that_is_the_same_has_no_differences():
    assert {each.kind for each in word_differences("Cúram", "Cúram")} == {"same"}
    assert word_differences("", "") == []
