"""Errors that stop a use case: each has an HTTP status and plain words.

Topics name their own by subclassing one of these (`AlreadyMember(Conflict)`); only `web` turns an error into
a response.
"""

from dataclasses import dataclass
from typing import Any


class AppError(Exception):
    """What a use case cannot go past, as people are told.

    `title` is one short sentence for people, `detail` what is special about this case, `next` what
    the person can do now. None of them may hold anything personal: they are shown and logged.
    `more` goes to the person who asks, and to nobody else: a program finds it in the problem
    details, a page as `more`. `form` is what the page's form is to hold in place of what was typed.
    `kind` keeps the problem type of a renamed class (`already-member`); subclasses do not inherit it.
    """

    status = 400
    kind: str | None = None  # the words of the problem type, where they are not the class's name
    title = "This could not be done."
    next: str | None = None

    def __init__(self, detail: str | None = None, *, next: str | None = None):
        super().__init__(detail or self.title)
        self.detail = detail
        if next is not None:
            self.next = next
        self.headers: dict[str, str] = {}
        self.more: dict[str, Any] = {}
        self.form: dict[str, Any] | None = None


class Malformed(AppError):
    status = 400
    title = "We could not read what was sent."
    next = "Go back, check the form and send it again."


class NotSignedIn(AppError):
    status = 401
    title = "You need to sign in first."
    next = "Sign in with your email address. We will send you a link."


class NotYours(AppError):
    status = 403
    title = "You cannot see or change this."
    next = "If you think you should be able to, ask your co-chairs or the National Office."


class NotFound(AppError):
    status = 404
    title = "There is nothing at this address."
    next = "Check the address, or start from the first page."


class Conflict(AppError):
    status = 409
    title = "Something changed in the meantime."
    next = "Open the page again to see what has changed."


class Gone(AppError):
    status = 410
    title = "This link has been used or has expired."
    next = "Ask for a new link."


class TooLarge(AppError):
    status = 413
    title = "What was sent is too large."
    next = "Shorten it and send it again. The limit is 256 KB."


class FileTooLarge(TooLarge):
    title = "This file is too large."
    next = "Choose one that is smaller than 1 MB, or save a smaller copy of it and choose that."


class Unsupported(AppError):
    status = 415
    title = "We cannot read this kind of content."
    next = "Send a form or JSON."


@dataclass(frozen=True)
class FieldError:
    """`field` is the dotted path of a form field, such as `actions.0.what`."""

    field: str
    message: str


class Invalid(AppError):
    status = 422
    title = "Please check what you entered."
    next = "Correct the fields named and send it again."

    def __init__(self, *errors: FieldError):
        super().__init__()
        self.errors = list(errors)


class TooMany(AppError):
    """`retry_after` is in seconds."""

    status = 429
    title = "You have asked for this too often."
    next = "Wait a little, then try again."

    def __init__(self, *, retry_after: int):
        super().__init__()
        self.headers["Retry-After"] = str(retry_after)


def changed_by_other(thing: str) -> str:
    """The title of every error that says somebody else changed the same thing first."""
    return f"Somebody else changed {thing} a moment ago."
