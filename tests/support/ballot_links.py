"""The path of each person's link to a survey, as the email after the meeting has it."""

from comhar import wiring
from comhar.surveys import ballots


def list_links(survey_id: str, people: list[str]) -> list[str]:
    """One for each person's id, once the survey is open."""
    secret = ballots.get_secret(wiring.table(), survey_id)
    return [f"/surveys/{survey_id}.{ballots.derive_token(secret, person)}" for person in people]
