"""Views of a whole meeting: its page, its facilitator's pack, and who sees what."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from comhar import data
from comhar.aws.conditions import Item
from comhar.context import Context
from comhar.dates.dublin_time import stamp
from comhar.fields import View
from comhar.meetings import model as meetings_model
from comhar.meetings import replies, reply_counts
from comhar.meetings import repository as meetings_repository
from comhar.meetings.agenda import arrangement
from comhar.meetings.agenda import model as agenda_model
from comhar.meetings.agenda import repository as agenda_repository
from comhar.meetings.agenda import views as agenda_views
from comhar.meetings.agenda.model import Line as AgendaLine
from comhar.meetings.agenda.views import ItemView
from comhar.meetings.day.model import RUN_BEFORE, STATEMENTS_BEFORE, may_run
from comhar.meetings.model import AccessNeeds, Choice, Kind, Meeting, Mode, State
from comhar.meetings.repository import MeetingBundle
from comhar.meetings.timeline import Rules, agenda_due_at, pack_last_day
from comhar.meetings.views import name_lead, needs_until
from comhar.membership.model import Member, find_day_back, sort_by_name
from comhar.regions import NATIONAL

MOST_NAMED = 90  # people listed by name; they are one read
_NAMES_HIDDEN = (
    f"This page lists up to {MOST_NAMED} names, and more members than that have replied or asked us to"
    " arrange something."
)
_NEEDS_HIDDEN = (
    f"This page lists up to {MOST_NAMED} names, and more members than that have asked for something. These"
    " numbers include anyone who has left since."
)
_SAME = {"id", "region", "kind", "mode", "minutes", "venue", "link", "topic", "state", "reason"}


class Answers(View):
    yes: int = 0
    maybe: int = 0
    no: int = 0
    names: dict[str, list[str]] = {}


class Need(View):
    """What somebody asked to be arranged."""

    name: str
    needs: list[str] = []  # titles of the list
    arrange: str | None = None  # in their own words


class PackNeed(View):
    """How many asked for something of the list; nobody's own words."""

    need: str
    title: str
    count: int


class PackLine(View):
    title: str
    minutes: int | None = None
    text: str | None = None


class Pack(View):
    """All that a first meeting's facilitator needs, `until` the end of that day; no member's name."""

    region: str
    kind: Kind
    starts_at: str
    minutes: int
    mode: Mode
    venue: str | None
    link: str | None
    topic: str | None
    facilitator_name: str
    chairs: list[str]
    lines: list[PackLine]
    together: int
    yes: int
    maybe: int
    members: int
    needs: list[PackNeed]
    until: str


@dataclass(frozen=True)
class Replies:
    """The replies that a person sees: their own, and those of others by name.

    `answers` is None where names are not listed. `needs_only_counted` are those of more people than are
    named. `active_members` are those of the people who are still here.
    """

    own_answer: Item
    own_needs: AccessNeeds | None
    answers: Mapping[str, Item] | None  # by member id, as are the others
    needs: Mapping[str, AccessNeeds]
    needs_only_counted: Sequence[AccessNeeds]
    active_members: Mapping[str, Member]


class MeetingView(View):
    id: str
    region: str
    kind: Kind
    mode: Mode
    starts_at: str
    minutes: int
    venue: str | None
    link: str | None
    topic: str | None
    state: State
    reason: str | None
    agenda_due_at: str
    agenda_issued_at: str | None
    agenda_late: bool
    agenda_changed_at: str | None = None  # when a changed one took the place of the first
    agenda: list[AgendaLine]
    items: list[ItemView]
    answers: Answers | None  # of a national meeting for the office alone
    names_hidden: str | None = None  # for who leads, why nobody is named
    my_answer: Choice | None
    my_answer_recorded: bool = False  # by a co-chair
    access_needs: list[dict[str, str]] = []  # to choose from, for who may answer
    my_choices: list[str] = []  # what I asked to be arranged: keys of the list
    my_needs: str | None  # and in my own words
    needs_until: str  # when it is deleted, with all others'
    needs: list[Need] = []  # for its organisers alone
    need_counts: list[PackNeed] = []  # in place of `needs` where many have asked
    needs_members: int = 0  # who asked for something
    needs_hidden: str | None = None  # why nobody is named
    sign_in_again: bool = False  # to see names of who replied, and access needs
    may_answer: bool
    may_lead: bool
    may_chair: bool
    may_run: bool
    run_open: bool = False  # an hour before it starts, and from then on
    statements_open: bool = False  # a day before it starts, and from then on
    over: bool
    going_on: bool = False  # it has begun, and its minutes are not over
    chairs: list[str] = []  # in whose names the agenda went out
    led_by: list[
        str
    ] = []  # for who is confirmed, while it is scheduled; nobody where the office leads
    lead_away_until: str | None = None  # for the co-chairs, where the lead is away that day
    attended: int | None = None
    next_topic: str | None = None
    survey_until: str | None = None
    facilitator_name: str | None = None  # for who leads
    may_host: bool = False  # may say who hosts a first meeting


def meeting_view(
    bundle: MeetingBundle,
    ctx: Context,
    rules: Rules,
    seen: Replies,
    chairs: list[str],
) -> MeetingView:
    """The meeting as this person may see it.

    Everyone sees the agenda and accepted items, confirmed members also who leads it; who leads also
    sees who proposed and answered, the co-chairs also what to arrange for whom. `chairs` are the names
    of the region's co-chairs in office.
    """
    meeting, user, now = bundle.meeting, ctx.user, ctx.now
    leads = meeting.is_led_by(user)
    needs = seen.own_needs
    items = [
        agenda_views.agenda_item(item, meeting.id, user, leads)
        for item in agenda_repository.list_items(bundle)
        if leads or item.state == "accepted" or item.by == user.id
    ]
    issued = agenda_repository.find_issued(bundle) or {}
    scribe = next((scribe["member"] for scribe in bundle.list_of_kind("SCRIBE")), None)
    may_answer = user.active and meeting.is_for(user.region)
    named_needs = _needs(seen)
    return MeetingView(
        **meeting.model_dump(include=_SAME | {"agenda_late", "next_topic", "survey_until"}),
        starts_at=meetings_repository.format_local(meeting.starts_at),
        agenda_due_at=stamp(agenda_due_at(meeting, rules)),
        agenda_issued_at=meetings_model.stamp_or_none(meeting.agenda_issued_at)
        if meeting.agenda_issued
        else None,
        agenda=agenda_repository.list_issued_lines(bundle),
        agenda_changed_at=issued["issued_at"] if issued.get("again") else None,
        items=items,
        answers=_answers(bundle, leads, seen),
        names_hidden=_NAMES_HIDDEN
        if leads and seen.answers is None and meeting.region != NATIONAL and not ctx.stale
        else None,
        my_answer=seen.own_answer.get("answer"),
        my_answer_recorded=seen.own_answer.get("recorded", False),
        access_needs=data.load("access_needs") if may_answer else [],
        my_choices=list(needs.choices) if needs else [],
        my_needs=needs.words if needs else None,
        needs_until=needs_until(meeting),
        needs=named_needs,
        need_counts=_count_needs(seen.needs_only_counted),
        needs_members=len(named_needs) + len(seen.needs_only_counted),
        needs_hidden=_NEEDS_HIDDEN if seen.needs_only_counted else None,
        sign_in_again=ctx.stale,
        may_answer=may_answer,
        may_lead=leads,
        may_chair=user.may_chair(meeting.region),
        may_run=may_run(meeting, user, scribe),
        run_open=meeting.start - RUN_BEFORE <= now,
        statements_open=meeting.start - STATEMENTS_BEFORE <= now,
        over=meeting.start <= now,
        going_on=meeting.start <= now < meeting.start + timedelta(minutes=meeting.minutes),
        chairs=issued.get("chairs", []),
        led_by=_led_by(meeting, seen.active_members, chairs)
        if user.confirmed or user.office
        else [],
        lead_away_until=_find_lead_back(meeting, seen) if user.may_chair(meeting.region) else None,
        attended=meeting.present if meeting.state == "held" else None,
        facilitator_name=meeting.facilitator_name if leads else None,
        may_host=user.office and meeting.kind == "first",
    )


def _led_by(meeting: Meeting, active_members: Mapping[str, Member], chairs: list[str]) -> list[str]:
    """The member whose turn it is, else the co-chairs; once closed, see the record."""
    if meeting.state != "scheduled":
        return []
    name = name_lead(meeting, active_members.get(meeting.lead or ""))
    return [name] if name else chairs


def _find_lead_back(meeting: Meeting, seen: Replies) -> str | None:
    lead = seen.active_members.get(meeting.lead or "")
    if lead is None or meeting.state != "scheduled":
        return None
    return find_day_back(lead.away, meeting.starts_at.date())


def list_named_kinds(bundle: MeetingBundle, user: Member) -> list[replies.Kind]:
    """Which replies this person sees by name.

    Answers, for who leads a region's meeting, while no more are stored than have room on a page; access
    needs, for its co-chairs and the office.
    """
    meeting = bundle.meeting
    regional = meeting.region != NATIONAL and meeting.is_led_by(user)
    few = reply_counts.count_answered(bundle) <= MOST_NAMED
    answers: list[replies.Kind] = ["ANSWER"] if regional and few else []
    return [*answers, "NEEDS"] if user.may_chair(meeting.region) else answers


def _answers(bundle: MeetingBundle, leads: bool, seen: Replies) -> Answers | None:
    """How many answered what; for who leads also who, by their present names.

    A national meeting's are for the office, as numbers.
    """
    if bundle.meeting.region == NATIONAL and not leads:
        return None
    if seen.answers is None:
        counts = reply_counts.count_answers(bundle)
        return Answers(yes=counts["yes"], maybe=counts["maybe"], no=counts["no"])
    names: dict[str, list[str]] = {"yes": [], "maybe": [], "no": []}
    active = [member for id, member in seen.active_members.items() if id in seen.answers]
    for member, name in sort_by_name(active):
        names[seen.answers[member.id]["answer"]].append(name)
    many = {answer: len(members) for answer, members in names.items()}
    return Answers(yes=many["yes"], maybe=many["maybe"], no=many["no"], names=names)


def _needs(seen: Replies) -> list[Need]:
    needs = seen.needs
    members = [member for id, member in seen.active_members.items() if id in needs]
    return [
        Need(name=name, needs=needs[member.id].titles, arrange=needs[member.id].words)
        for member, name in sort_by_name(members)
    ]


def _count_needs(needs: Iterable[AccessNeeds]) -> list[PackNeed]:
    """How many asked for each thing of the list, in its order; what nobody asked for is left out."""
    counts = Counter(key for member_needs in needs for key in member_needs.choices)
    return [
        PackNeed(need=need["key"], title=need["title"], count=counts[need["key"]])
        for need in data.load("access_needs")
        if counts[need["key"]]
    ]


def pack(
    bundle: MeetingBundle,
    members: int,
    needs: Iterable[AccessNeeds],
    actions: Sequence[str],
    chairs: list[str],
) -> Pack:
    """A first meeting's facilitator's pack, for a region of so many active members.

    Their needs and answers are sums, and there is no name of a member but the co-chairs'.
    """
    meeting = bundle.meeting
    answers = reply_counts.count_answers(bundle)
    items, plan = agenda_repository.list_items(bundle), agenda_repository.get_plan(bundle)
    lines = arrangement.build_lines(meeting, items, actions, plan)
    of_members = arrangement.member_item_keys(lines)
    same = {"region", "kind", "mode", "minutes", "venue", "link", "topic"}
    return Pack(
        **meeting.model_dump(include=same),
        starts_at=meetings_repository.format_local(meeting.starts_at),
        facilitator_name=meeting.facilitator_name or "",
        chairs=chairs,
        lines=[_line(line, by_member=line.key in of_members) for line in lines],
        together=agenda_model.total_minutes(lines),
        yes=answers["yes"],
        maybe=answers["maybe"],
        members=members,
        needs=_count_needs(needs),
        until=pack_last_day(meeting).isoformat(),
    )


def _line(line: AgendaLine, by_member: bool) -> PackLine:
    """What members wrote beside their item is for members."""
    return PackLine(title=line.title, minutes=line.minutes, text=None if by_member else line.text)
