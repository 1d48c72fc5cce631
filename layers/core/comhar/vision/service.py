"""Use cases of a vision: read, write together, ask, agree, look back."""

from comhar.aws.conditions import retry_conflicts
from comhar.context import Context
from comhar.dates.dublin_time import local_date
from comhar.errors import NotFound
from comhar.membership.member_fields import require_region
from comhar.membership.model import ChairsOnly
from comhar.vision import forms, model, objective_actions, repository, views
from comhar.vision.model import Vision, VisionChanged

VERSIONS = 30  # a page
TRIES = 40  # each lost one means that somebody else saved or agreed


def get_page(region: str, ctx: Context) -> views.Vision:
    """The vision as this user may see it, with its actions; two reads."""
    require_region(region)
    vision, agreed, members = repository.get_with_agreement(
        ctx.table, region, ctx.user.id, local_date(ctx.now)
    )
    actions = repository.list_actions(ctx.table, region) if vision.began else []
    return views.vision(vision, agreed, members, actions, ctx.user)


def get_form(region: str, part: forms.Part, ctx: Context) -> views.VisionForm:
    """The form to change a part; one read.

    Raises:
        ConfirmedOnly: the user may not.
    """
    require_region(region)
    model.require_editor(ctx.user, region)
    return views.form(repository.get_vision(ctx.table, region), part)


def get_removal(region: str, place: forms.Place, ctx: Context) -> views.VisionForm:
    """The page that asks before an objective is removed; one read.

    Raises:
        ConfirmedOnly: the user may not.
        NotFound: there is no such objective.
    """
    form = get_form(region, place, ctx)
    if not any(objective.id == place for objective in form.objectives):
        raise NotFound
    return form


def save(region: str, form: forms.Vision, ctx: Context) -> views.VisionSaved:
    """Saves what the form changes, beside what others changed.

    The saver does not agree by it. What changes nothing is not saved. Actions of its objectives are
    added in the same transaction.

    Raises:
        ConfirmedOnly: the user may not.
        ChairsOnly: there are actions, and the user is no co-chair.
        ObjectivesChanged: others changed the title of an objective that is to have an action.
        VisionChanged: others changed one of the same fields; nothing is saved.
        ObjectivesFull: a new objective, and there are five.
        Invalid: an objective is left with answers and no title.
    """
    require_region(region)
    model.require_editor(ctx.user, region)
    if form.list_actions() and not ctx.user.may_chair(region):
        raise ChairsOnly
    return retry_conflicts(lambda: _save(region, form, ctx), TRIES)


def _save(region: str, form: forms.Vision, ctx: Context) -> views.VisionSaved:
    vision, base = repository.get_with_base(ctx.table, region, form.revision)
    try:
        after = _change(vision, base, form)
    except VisionChanged as error:
        own = {name.rpartition(".")[2]: "no" for name in error.more["fields"]}
        error.form = views.typed(error.merged, form.part or "about", vision.revision)
        error.form |= {"theirs": own}
        raise
    writes = repository.save_writes(vision, after, ctx.now) if after is not vision else []
    if actions := form.list_actions():
        writes += objective_actions.add_actions_writes(after, actions, form, ctx)
    if writes:
        ctx.table.transact(writes)
    return views.VisionSaved(region=region, revision=after.revision)


def _change(vision: Vision, base: dict[str, str], form: forms.Vision) -> Vision:
    if form.part == "new":
        return vision.add_objective(form.objectives[0].to_fields("1") if form.objectives else {})
    return vision.save(base, form.complete(base))


def agree(region: str, form: forms.Agreement, ctx: Context) -> views.Agreed:
    """Counts the user among those who agree to the objectives, once.

    Raises:
        ConfirmedOnly: the user is no confirmed member of the region.
        NothingToAgree: nothing is written.
        ObjectivesChanged: they are not those that the form was made of.
    """
    require_region(region)
    model.require_editor(ctx.user, region)
    return retry_conflicts(lambda: _agree(region, form, ctx), TRIES)


def _agree(region: str, form: forms.Agreement, ctx: Context) -> views.Agreed:
    vision, agreed, members = repository.get_with_agreement(
        ctx.table, region, ctx.user.id, local_date(ctx.now)
    )
    if not vision.revision:
        raise model.NothingToAgree
    if form.revision is not None and not vision.is_agreed_by(form.revision):
        raise model.ObjectivesChanged
    count = vision.agreed
    if not vision.is_agreed_by(agreed):
        ctx.table.transact(repository.agree_writes(vision, ctx.user.id, agreed, ctx.now))
        count += 1
    return views.Agreed(region=region, agreed=min(count, members), members=members)


def ask(region: str, ctx: Context) -> views.Asked:
    """Asks all confirmed members by email to agree.

    Once for the objectives as they are.

    Raises:
        ConfirmedOnly: the user is no confirmed member of the region.
        NothingToAgree: nothing is written.
    """
    require_region(region)
    model.require_editor(ctx.user, region)
    return retry_conflicts(lambda: _ask(region, ctx), TRIES)


def _ask(region: str, ctx: Context) -> views.Asked:
    vision = repository.get_vision(ctx.table, region)
    if not vision.revision:
        raise model.NothingToAgree
    if not vision.is_asked:
        ctx.table.transact(repository.ask_writes(vision, ctx.now))
    return views.Asked(region=region, revision=vision.text_revision)


def list_versions(region: str, before: str | None, ctx: Context) -> views.Versions:
    """A page of the saved revisions, the newest first; one read."""
    page = repository.list_versions(ctx.table, require_region(region), before, VERSIONS)
    versions = [views.saved_version(item) for item in page.items]
    last = str(versions[-1].number) if page.next else None
    return views.Versions(region=region, versions=versions, next=last)


def get_version(region: str, number: str, ctx: Context) -> views.Version:
    """A saved revision whole, and what changed since the one before; one read.

    Raises:
        NotFound: there is no such revision.
    """
    require_region(region)
    if not (number.isascii() and number.isdecimal() and len(number) <= 6):
        raise NotFound
    item, before = repository.get_version(ctx.table, region, int(number))
    if item is None:
        raise NotFound
    return views.version(region, item, before)
