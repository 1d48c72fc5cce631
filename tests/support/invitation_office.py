"""A person of the National Office who invites people."""

from typing import Any

from urllib3.filepost import encode_multipart_formdata

from tests.support.cloud import Cloud, GatewayResponse


class Office:
    """A person of the office, and what they do with lists."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.session = cloud, cloud.session("office@example.com")

    def post(self, path: str, body: Any = None, **more: Any) -> GatewayResponse:
        return self.cloud.call(
            "POST", path, {} if body is None else body, bearer=self.session, **more
        )

    def get(self, path: str, **more: Any) -> GatewayResponse:
        return self.cloud.call("GET", path, bearer=self.session, **more)

    def upload(
        self, content: bytes, name: str = "list.csv", text: str = "", **more: Any
    ) -> GatewayResponse:
        """As a browser sends the form."""
        body, kind = encode_multipart_formdata({"text": text, "file": (name, content)})
        return self.post("/invitations/lists", body, headers={"content-type": kind}, **more)

    def check(self, text: str) -> Any:
        answer = self.post("/invitations/lists", {"text": text})
        assert answer.status == 201, answer
        return answer.json

    def invite(self, *emails: str) -> Any:
        answer = self.post("/invitations", {"emails": list(emails)})
        assert answer.status == 202, answer
        return answer.json

    def open_invitations(self) -> list[Any]:
        found: list[Any] = self.get("/invitations").json["invitations"]
        return found
