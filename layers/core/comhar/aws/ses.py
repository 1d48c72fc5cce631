"""The only SES calls: one attempt a letter, and what each failure allows next.

The failures are types because they differ in what may follow: a refusal is tried again soon, an unknown
outcome not before SES had its time to report, a permanent one never. SES cannot promise exactly once: if it
took a letter, its answer did not arrive *and* its Send event never came, the letter goes out a second time
after an hour. That is the one residual, and docs/operations.md states it.
"""

from typing import Any

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
)

_REFUSED_FOR_NOW = {
    "TooManyRequestsException",
    "ThrottlingException",
    "Throttling",
    "LimitExceededException",
    "SendingPausedException",
    "AccountSuspendedException",
    "MailFromDomainNotVerifiedException",
    "NotFoundException",
    "AccessDeniedException",
    "ServiceUnavailable",
}


class RefusedForNow(Exception):
    """SES definitely did not take the letter, and may take it later."""


class OutcomeUnknown(Exception):
    """No answer arrived: SES may have taken the letter or not."""


class PermanentlyRefused(Exception):
    """SES will never take this letter; `why` is its code."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


class LetterSender:
    """Sends letters by SES, those to strangers in a configuration set of their own.

    So what becomes of those cannot stop the others. The client must make one attempt a call.
    """

    def __init__(self, client: Any, configuration_set: str, strangers_set: str):
        self._client = client
        self._sets = {False: configuration_set, True: strangers_set}

    def send(self, message: bytes, to: str, tag: str, stranger: bool) -> str:
        """Hands over one raw message; its SES message id.

        Raises:
            RefusedForNow: SES may take it later.
            OutcomeUnknown: SES may have taken it.
            PermanentlyRefused: SES will never take it.
        """
        try:
            answer = self._client.send_email(
                Destination={"ToAddresses": [to]},
                Content={"Raw": {"Data": message}},
                ConfigurationSetName=self._sets[stranger],
                EmailTags=[{"Name": "letter", "Value": tag}],
            )
        except ClientError as error:
            raise _meaning(error) from error
        except (ConnectTimeoutError, EndpointConnectionError) as error:
            raise RefusedForNow from error
        except HTTPClientError as error:  # read timeouts, connections cut: it may have gone
            raise OutcomeUnknown from error
        return answer["MessageId"]


def _meaning(error: ClientError) -> Exception:
    code = error.response["Error"]["Code"]
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    if code in _REFUSED_FOR_NOW or status in (429, 503):
        return RefusedForNow(code)
    if status >= 500:
        return OutcomeUnknown(code)
    return PermanentlyRefused(code)
