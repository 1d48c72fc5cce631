"""Owns the use cases by which members see and change what is held, move, leave and come back."""

from datetime import datetime, timedelta
from typing import Any

from comhar import retention
from comhar.aws.conditions import Delete, Write
from comhar.communities import repository as communities
from comhar.dates.dublin_time import local_date
from comhar.errors import FieldError, Invalid
from comhar.letters import repository as letters
from comhar.letters.model import Letter, LetterId
from comhar.membership import repository as people
from comhar.membership.model import EDITABLE, Member
from comhar.membership.repository import Members
from comhar.profile import forms, model, names, repository, views


def details_form(me: Member, members: Members) -> views.DetailsForm:
    return views.details_form(me, communities.roles(members.table))


def change_details(
    form: forms.ChangeDetails, me: Member, now: datetime, members: Members
) -> views.Details:
    """Makes the record say what was sent, whole. A person of the office has a name only. A name of the
    office's or of another member waits until the office has checked it; everything else holds at once.

    Raises Invalid, ChangedMeanwhile.
    """
    sent = _own_name(form) if me.status == "office" else names.still_asked(me, _sent(form))
    model.check_seen(me, form.revision, sent)
    after = me.model_copy(update=sent)
    more: list[Write] = []
    if me.status != "office":
        after, more = names.checked(me, after, now, members)
    changes = people.differences(me, after)
    if changes:
        writes: list[Write] = [*repository.changed(me, after), *more]
        if fields := [each for each in changes if each != "name_asked"]:
            writes.append(people.audit(me, "edit", me, now, fields=fields))
        if after.known_as != me.known_as:
            writes += communities.called(members.table, me, after.known_as, now)
        repository.write(members.table, *writes)
        after = after.model_copy(update={"revision": me.revision + 1})
    return views.details(after)


def _sent(form: forms.ChangeDetails) -> dict[str, Any]:
    if form.role is None:
        raise Invalid(FieldError("role", "Choose your role."))
    model.check_role(form.role, form.role_other)
    sent = {name: getattr(form, name) for name in EDITABLE}
    other = form.role_other if form.role == "other" else None
    return {**sent, "role_other": other, "shows": tuple(sorted(set(form.shows)))}


def _own_name(form: forms.ChangeDetails) -> dict[str, Any]:
    odd = form.model_fields_set - {"revision", "name"}
    if odd:
        raise Invalid(*(FieldError(each, "The office keeps only your name.") for each in odd))
    return {"name": form.name}


def region_form(me: Member) -> views.RegionForm:
    """Raises MembersOnly, NotAMemberNow."""
    _check_member(me)
    return views.region_form(me)


def move(form: forms.MoveRegion, me: Member, now: datetime, members: Members) -> views.Standing:
    """Into another region's community: the periods say when, a co-chair's term ends, and what that
    region was told comes by letter. Raises MembersOnly, NotAMemberNow, SameRegion, ChangedMeanwhile."""
    _check_member(me)
    today = local_date(now)
    after = model.moved(me, form.region, today)
    line = people.audit(me, "move", me, now, region=me.region, to=form.region)
    writes: list[Write] = [*repository.changed(me, after), line]
    writes += communities.stepped_down(members.table, me, today)
    if after.active:
        writes.append(people.catch_up(after, now))
    repository.write(members.table, *writes)
    return views.standing(after)


def leaving(me: Member) -> views.Leaving:
    """Raises MembersOnly, NotAMemberNow."""
    _check_member(me)
    return views.Leaving(
        region=str(me.region),
        waits=me.joined_on is None,
        led=bool(me.chair_of),
        time=retention.said(retention.kept("left").days),
    )


def leave(me: Member, now: datetime, members: Members) -> views.Standing:
    """Ends the membership from today on; the record waits to be deleted, and one may come back until
    then. Raises MembersOnly, NotAMemberNow, ChangedMeanwhile."""
    _check_member(me)
    today = local_date(now)
    after = model.left(me, today)
    told = LetterId("left", me.id, str(me.revision + 1), me.id)
    forgotten = local_date(now + retention.kept("left")) - timedelta(days=1)  # the last whole day
    writes: list[Write] = [
        *repository.changed(me, after),
        people.forget_later(after, now),
        letters.put(Letter(told, {"forgotten": forgotten.isoformat()}), now),
        people.audit(me, "leave", me, now),
        *communities.stepped_down(members.table, me, today),
    ]
    repository.write(members.table, *writes)
    return views.standing(after)


def returning(me: Member) -> views.Returning:
    """Raises NotGone."""
    if me.status != "left":
        raise model.NotGone
    return views.Returning(region=str(me.region), waits=me.joined_on is None)


def rejoin(me: Member, now: datetime, members: Members) -> views.Standing:
    """Who left, back in the region they were in, confirmed if they were. Who had never been admitted
    waits again. Raises NotGone, ChangedMeanwhile."""
    after = model.rejoined(me, local_date(now))
    line = people.audit(me, "rejoin", me, now)
    writes: list[Write] = [*repository.changed(me, after), line]
    if after.active:
        writes.append(Delete(people.forget_key(me.id)))
        writes += [people.welcome(after, now), people.catch_up(after, now)]
    else:
        writes.append(people.forget_later(after, now))
    repository.write(members.table, *writes)
    return views.standing(after)


def _check_member(me: Member) -> None:
    if me.status not in ("active", "pending"):
        raise model.MembersOnly if me.status == "office" else model.NotAMemberNow
