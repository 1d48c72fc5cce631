"""Who stands as co-chair: members propose themselves, or others who answer."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict

from comhar.errors import Conflict, NotYours
from comhar.membership.model import Member

State = Literal["asked", "standing", "declined", "withdrawn"]


class NotAskable(Conflict):
    title = "This person cannot be asked again before the next co-chairs are chosen."
    next = "Talk to them. They can put themselves forward at any time."


class ProposalOpen(Conflict):
    title = "You have asked somebody who has not answered yet."
    next = "You can ask another person once they have answered, or take your question back."


class CandidatesChanged(Conflict):
    kind = "changed-meanwhile"
    title = "Somebody answered or took something back a moment ago."


class NotAsked(Conflict):
    title = "Nobody is asking you now."
    next = "The question may have been taken back, or co-chairs were chosen meanwhile."


class ConfirmedOnly(NotYours):
    title = "Only confirmed members of this community can do this."
    next = "A co-chair or the National Office can confirm you."


class Candidate(BaseModel):
    """A person who stands, or was asked to.

    `by` is who proposed them, often they themselves. `id` names the proposal, `at` is
    the instant of the last change (a stamp). Who declined, or was asked by somebody who took it back, is not
    asked again before co-chairs are chosen.
    """

    model_config = ConfigDict(frozen=True)

    member: str
    by: str
    state: State
    at: str
    id: str


class Candidates(BaseModel):
    """Everybody proposed since co-chairs were last chosen in a region."""

    model_config = ConfigDict(frozen=True)

    region: str
    candidates: tuple[Candidate, ...] = ()
    revision: int = 0

    def find(self, member_id: str) -> Candidate | None:
        return next((each for each in self.candidates if each.member == member_id), None)

    def find_open_by(self, member_id: str) -> Candidate | None:
        """The proposal of this member that nobody has answered."""
        waiting = (each for each in self.candidates if each.state == "asked")
        return next((each for each in waiting if each.by == member_id), None)

    @property
    def standing(self) -> list[str]:
        """The ids of those who stand, the first first."""
        ordered = sorted(self.candidates, key=lambda each: each.at)
        return [each.member for each in ordered if each.state == "standing"]

    def propose(self, member_id: str, by: str, at: str, id: str) -> Self:
        """With a proposal; who proposes themselves stands.

        The same object where they stand already.

        Raises:
            NotAskable: they were asked already, or declined.
            ProposalOpen: this member waits for somebody else's answer.
        """
        candidate = self.find(member_id)
        if candidate and candidate.state == "standing":
            return self
        if member_id == by:
            return self._with(Candidate(member=by, by=by, state="standing", at=at, id=id))
        if candidate:
            raise NotAskable
        if self.find_open_by(by):
            raise ProposalOpen
        return self._with(Candidate(member=member_id, by=by, state="asked", at=at, id=id))

    def accept(self, member_id: str, at: str) -> Self:
        """With this person standing; the same object where they stand already.

        Raises:
            NotAsked: nobody asks them.
        """
        candidate = self.find(member_id)
        if candidate and candidate.state == "standing":
            return self
        if candidate is None or candidate.state != "asked":
            raise NotAsked
        return self._with(candidate.model_copy(update={"state": "standing", "at": at}))

    def decline(self, member_id: str, at: str) -> Self:
        """With this person not standing; the same object where they declined.

        Raises:
            NotAsked: they were not proposed.
        """
        candidate = self.find(member_id)
        if candidate and candidate.state == "declined":
            return self
        if candidate is None or candidate.state == "withdrawn":
            raise NotAsked
        return self._with(candidate.model_copy(update={"state": "declined", "at": at}))

    def take_back(self, by: str, at: str) -> Self:
        """Without the open proposal of this member.

        Raises:
            NotAsked: there is none.
        """
        candidate = self.find_open_by(by)
        if candidate is None:
            raise NotAsked
        return self._with(candidate.model_copy(update={"state": "withdrawn", "at": at}))

    def remove_member(self, member_id: str) -> Self:
        """Without anything of a person who leaves; the same object where there is nothing."""
        rest = [
            each.model_copy(update={"by": each.member}) if each.by == member_id else each
            for each in self.candidates
            if each.member != member_id and not (each.by == member_id and each.state == "asked")
        ]
        return self if tuple(rest) == self.candidates else self._changed(rest)

    def _with(self, candidate: Candidate) -> Self:
        others = [each for each in self.candidates if each.member != candidate.member]
        return self._changed([*others, candidate])

    def _changed(self, candidates: list[Candidate]) -> Self:
        changes = {"candidates": tuple(candidates), "revision": self.revision + 1}
        return self.model_copy(update=changes)


def require_confirmed(user: Member, region: str) -> None:
    """Checks that the user is a confirmed active member of the region.

    Raises:
        ConfirmedOnly: they are not.
    """
    if not (user.active and user.confirmed and user.region == region):
        raise ConfirmedOnly
