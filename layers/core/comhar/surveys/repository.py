"""The items of surveys in `core`: each survey, whom it asks, its row and its runs."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime

from comhar import regions
from comhar.aws.conditions import (
    UNLESS_EXISTS,
    Check,
    Delete,
    Item,
    Key,
    Put,
    Update,
    Write,
    absent,
)
from comhar.aws.dynamodb import Page, Table
from comhar.communities import pulse
from comhar.dates.dublin_time import local_date, stamp
from comhar.due_work import leases
from comhar.membership.model import ErasedPerson
from comhar.surveys import quarter_row
from comhar.surveys.model import (
    RESPONSE_THRESHOLD,
    Survey,
    SurveyAlreadyRunning,
    is_below_threshold,
    next_step,
)

OPEN_SURVEY = "OPEN_SURVEY#"  # begins the rows of open surveys in each region
PEOPLE_PER_ITEM = 5000  # ids: an item holds 400 KB
_STORED_OTHERWISE = {"opens_at", "closes_at", "results", "earlier", "people"}


def key(survey_id: str) -> Key:
    return f"SURVEY#{survey_id}", "SURVEY"


def runs_key(kind: str, region: str) -> Key:
    return f"QUESTIONNAIRE#{kind}", f"RUNS#{region}"


def row_key(survey: Survey) -> Key:
    day = local_date(survey.closes_at).isoformat()
    return f"REGION#{survey.region}", f"SURVEY#{day}#{survey.id}"


def insert_survey_writes(survey: Survey) -> list[Write]:
    """Stores a survey: work for the clock, which opens it, and its row in the region.

    For the transaction of the change that opens it, such as the closing of a meeting. An `exclusive` one
    is noted as running, and refused with SurveyAlreadyRunning where another runs.
    """
    pk, sk = key(survey.id)
    stored = survey.model_dump(mode="json", exclude=_STORED_OTHERWISE)
    if survey.people:
        stored["audience_size"] = len(survey.people)
    item = {
        "pk": pk,
        "sk": sk,
        **stored,
        "opens_at": stamp(survey.opens_at),
        "closes_at": stamp(survey.closes_at),
        "due": "work",
        "due_at": stamp(survey.opens_at),
    }
    people = invited_writes(survey.id, survey.people)
    return [
        *_run_writes(survey),
        Put(item, condition=UNLESS_EXISTS),
        Put(to_row(survey)),
        *(Put(row) for row in _open_rows(survey)),
        *people,
    ]


def _open_rows(survey: Survey) -> list[Item]:
    """The rows by which each region's home page names the survey while it is open, whoever answered.

    That of a meeting is named by the meeting. They are deleted some time after it has closed.
    """
    if survey.meeting:
        return []
    about = {"id": survey.id, "title": survey.definition.title}
    about |= {"opens_at": stamp(survey.opens_at), "closes_at": stamp(survey.closes_at)}
    expires = int(survey.closes_at.timestamp())
    places = regions.codes() if survey.region == regions.NATIONAL else (survey.region,)
    return [
        {"pk": f"REGION#{code}", "sk": f"{OPEN_SURVEY}{survey.id}", **about, "expires": expires}
        for code in places
    ]


def _run_writes(survey: Survey) -> list[Write]:
    if not survey.exclusive:
        return []
    runs = runs_key(survey.kind, survey.region)
    running = {"running": survey.id}
    return [Update(runs, set=running, condition={"running": absent}, conflict=SurveyAlreadyRunning)]


def cancel_writes(survey: Survey) -> list[Write]:
    """Deletes a survey that has not opened; refused when it has, or is about to."""
    still = {"state": "waiting", "due_at": stamp(survey.opens_at)}
    writes: list[Write] = [Delete(key(survey.id), condition=still), Delete(row_key(survey))]
    writes += [Delete((row["pk"], row["sk"])) for row in _open_rows(survey)]
    writes += delete_invited_writes(survey)
    if survey.exclusive:
        runs = runs_key(survey.kind, survey.region)
        writes.append(Update(runs, remove=["running"], condition={"running": survey.id}))
    return writes


def to_row(survey: Survey, satisfaction: Mapping[str, int] | None = None) -> Item:
    """The region's row, which lists of surveys and the KPI report read.

    It has no single answer. `satisfaction` is how many gave each rating of it, once the survey is closed.
    A small group's numbers are not stored: the table can be taken back to any second.
    """
    pk, sk = row_key(survey)
    row = {
        "pk": pk,
        "sk": sk,
        "id": survey.id,
        "kind": survey.kind,
        "title": survey.definition.title,
        "meeting": survey.meeting,
        "about": survey.about,
        "opens_at": stamp(survey.opens_at),
        "closes_at": stamp(survey.closes_at),
        "invited": survey.invited,
    }
    if survey.state == "closed":
        row |= {"closed_on": local_date(survey.closes_at).isoformat(), **_outcome_fields(survey)}
    return row | _rating_fields(satisfaction, survey.few)


def _outcome_fields(survey: Survey) -> Item:
    return {"few": True} if survey.few else {"responses": survey.responses}


def _rating_fields(satisfaction: Mapping[str, int] | None, of_few: bool) -> Item:
    """The sums of ratings; where few answered, only that, even if none rated it."""
    if satisfaction is None:
        return {}
    count = sum(satisfaction.values())
    if is_below_threshold(count) or of_few:
        return {"satisfaction_few": True}
    total = sum(int(rating) * n for rating, n in satisfaction.items())
    sums = {"satisfaction_count": count, "satisfaction_sum": total}
    return {**sums, "satisfaction_counts": dict(satisfaction)}


def from_item(item: Item) -> Survey:
    """The survey as it is stored, with its own copy of the questions."""
    return Survey.model_validate(item)


def find_survey(table: Table, survey_id: str) -> Survey | None:
    item = table.get(key(survey_id))
    return from_item(item) if item else None


def list_rows(table: Table, region: str, limit: int, after: str | None) -> Page:
    """A page of the region's rows, the one that closes last first."""
    return table.query(f"REGION#{region}", "SURVEY#", after=after, limit=limit, newest_first=True)


def get_runs(table: Table, kind: str, region: str) -> Item:
    """A survey's runs in a community.

    `surveys` has the ids of the closed ones, newest first, `running` that of the one that waits or is
    open.
    """
    return table.get(runs_key(kind, region)) or {}


def runs_by_region(items: Sequence[Item]) -> dict[str, Item]:
    """By region those of these items that are runs."""
    runs = [item for item in items if item["sk"].startswith("RUNS#")]
    return {item["sk"].removeprefix("RUNS#"): item for item in runs}


def list_surveys(table: Table, ids: Sequence[str]) -> list[Survey]:
    """The surveys with these ids, in their order; ids of none are left out."""
    return [
        from_item(item) for item in table.batch_get([key(survey_id) for survey_id in ids]) if item
    ]


def invited_key(survey_id: str, part: int = 1) -> Key:
    """Where a part of those whom a survey asks lies.

    All whom a meeting's survey asks lie in the first.
    """
    return f"SURVEY#{survey_id}", f"ASKED#{part:04d}"


def split_people(people: Sequence[str]) -> Iterator[tuple[str, ...]]:
    """The people in as many parts as it takes items to hold them."""
    for start in range(0, len(people), PEOPLE_PER_ITEM):
        yield tuple(people[start : start + PEOPLE_PER_ITEM])


def invited_writes(survey_id: str, people: Sequence[str]) -> list[Put]:
    """Stores whom a survey asks, beside it.

    For the transaction that notes on the survey how many they are.
    """
    puts = []
    for number, part in enumerate(split_people(people), start=1):
        pk, sk = invited_key(survey_id, number)
        puts.append(Put({"pk": pk, "sk": sk, "people": list(part)}))
    return puts


def delete_invited_writes(survey: Survey) -> list[Delete]:
    """Deletes whom a survey asks, for the transaction that deletes the survey."""
    count = -(-survey.invited // PEOPLE_PER_ITEM)
    return [Delete(invited_key(survey.id, number)) for number in range(1, count + 1)]


def settle_audience_writes(item: Item, survey: Survey, people: Sequence[str]) -> list[Write]:
    """Stores once and for all whom a survey asks, before its ballots."""
    size = {"audience_size": len(people)}
    after = survey.model_copy(update=size)
    update = Update(key(survey.id), set=size, condition=leases.still_leased(item))
    return [update, Put(to_row(after)), *invited_writes(survey.id, people)]


def claim_check(item: Item) -> Check:
    """Refuses the transaction once another worker has the survey."""
    return Check((item["pk"], item["sk"]), condition=leases.still_leased(item))


def open_write(item: Item, survey: Survey, closures: AbstractSet[date], now: datetime) -> Update:
    """The survey as open, due again at its next step."""
    step, at = next_step(survey, None, now, closures)
    return Update(
        key(survey.id),
        set={"state": "open", "step": step, "due_at": stamp(at)},
        condition=leases.still_leased(item),
    )


def move_reminder_write(survey: Survey, due_at: str, at: datetime) -> Update:
    """Moves the reminder; refused once it is sent, or is another worker's."""
    anew = {"due_at": stamp(at)}
    return Update(key(survey.id), set=anew, condition={"state": "open", "due_at": due_at})


def list_upcoming_reminders(table: Table, region: str, today: date) -> list[tuple[Survey, str]]:
    """The region's surveys whose reminder is still to come, with its stored due time."""
    rows = table.query(f"REGION#{region}", "SURVEY#", after=f"SURVEY#{today.isoformat()}~").items
    going = [key(row["id"]) for row in rows if "closed_on" not in row]
    open_ = [
        item
        for item in table.batch_get(going)
        if item and item["state"] == "open" and item.get("step", "remind") == "remind"
    ]
    return [
        (from_item(item), item["due_at"]) for item in open_ if item["due_at"] < item["closes_at"]
    ]


def remind_write(item: Item, survey: Survey, now: datetime) -> Update:
    """The survey as reminded of, due again at its next step."""
    step, at = next_step(survey, "remind", now)
    return Update(
        key(survey.id), set={"step": step, "due_at": stamp(at)}, condition=leases.still_leased(item)
    )


def count_write(item: Item, survey: Survey, answered: int, now: datetime) -> Update:
    """Notes whether five have answered, and no more; due again at closing."""
    step, at = next_step(survey, "count", now)
    so_far = "few" if answered < RESPONSE_THRESHOLD else "enough"
    fields = {"so_far": so_far, "step": step, "due_at": stamp(at)}
    return Update(key(survey.id), set=fields, condition=leases.still_leased(item))


def close_writes(
    item: Item, survey: Survey, satisfaction: Mapping[str, int] | None, before: Item
) -> list[Write]:
    """The survey with its sums, its rows, and the survey as the newest of its runs.

    It is still due, because its answers are still there. Refused when another run closed since `before`
    was read.
    """
    after = {"state": "closed", "results": survey.results, "earlier": list(survey.earlier)}
    update = Update(
        key(survey.id),
        set={**after, **_outcome_fields(survey)},
        remove=["step", "so_far"],
        condition=leases.still_leased(item),
    )
    runs = Update(
        runs_key(survey.kind, survey.region),
        set={"surveys": [survey.id, *survey.earlier]},
        remove=["running"] if before.get("running") == survey.id else [],
        condition={name: before.get(name, absent) for name in ("surveys", "running")},
    )
    row = to_row(survey, satisfaction)
    newest = {name: row[name] for name in ("id", "title", "closed_on")}
    noted = pulse.survey_write(survey.region, newest)
    return [update, Put(row), quarter_row.insert_write(row), runs, noted]


def finish_write(item: Item) -> Update:
    """Ends the work of a survey."""
    return Update(
        (item["pk"], item["sk"]), remove=["due", "due_at"], condition=leases.still_leased(item)
    )


def resume_write(survey_id: str, now: datetime) -> Update:
    """Makes a closed survey due again, because its answers are still there."""
    timing = {"due": "work", "due_at": stamp(now)}
    return Update(key(survey_id), set=timing, condition={"state": "closed", "due_at": absent})


def erase_writes(table: Table, region: str, person: ErasedPerson) -> Iterator[list[Write]]:
    """Replaces a person's id, where a region's surveys asked them, by a random one.

    How many they were stays.
    """
    for row in table.query(f"REGION#{region}", "SURVEY#").items:
        for item in table.query(f"SURVEY#{row['id']}").items:
            if person.id in item.get("people", ()):
                people = {"people": person.replace_in(item["people"])}
                as_read = {"people": item["people"]}
                yield [Update((item["pk"], item["sk"]), set=people, condition=as_read)]
