"""The rules of results: who sees them, and what a community may add to them."""

from comhar.errors import Conflict, NotYours
from comhar.membership.model import Member
from comhar.surveys.model import Survey

MAX_ENTRIES = 50  # entries of one survey


class MemberNotConfirmed(NotYours):
    kind = "not-yet-seeing"
    title = "Surveys open to you once a co-chair or the National Office has confirmed who you are."
    next = "You can answer every survey that you get an email about until then."


class SurveyWithoutResults(Conflict):
    kind = "nothing-to-say"
    title = "This survey has no results, so you cannot add to “you said, we did” here."


class TooManyEntries(Conflict):
    kind = "enough-said"
    title = f"There are {MAX_ENTRIES} entries about this survey already, and no room for more."
    next = "Add to one of them, or remove one first."


class EntryChanged(Conflict):
    kind = "said-meanwhile"
    title = "This was changed on another page or device."
    next = "Compare it with what you wrote, then save it again."


class EntryRemoved(Conflict):
    kind = "said-gone"
    title = "This was removed on another page or device."
    next = "To show it with the results again, add it again."


class SurveyNotWaiting(Conflict):
    kind = "too-late-to-call-off"
    title = "This survey cannot be called off: it has opened, or it was called off already."
    next = "Go back to the list of surveys to see what has changed."


def require_may_see(user: Member, region: str) -> None:
    """Requires a confirmed member, a co-chair of the region or the office.

    For users who have passed the guard of the community's members.

    Raises:
        MemberNotConfirmed: the member is not confirmed.
    """
    if not (user.confirmed or user.may_chair(region)):
        raise MemberNotConfirmed


def require_results(survey: Survey) -> None:
    """Raises SurveyWithoutResults."""
    if not survey.results:
        raise SurveyWithoutResults
