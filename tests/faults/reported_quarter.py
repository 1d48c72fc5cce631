"""One system with a quarter to report on, and what has come of it; the bucket of its files."""

import hashlib
import io
import threading
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from comhar.aws.buckets import ExportBucket
from comhar.reports.model import KpiReport
from tests.faults.faulty_system import SETTINGS, FaultyClient, FaultySystem
from tests.support import sample_quarter
from tests.support.kpi_export import export_last_quarter

DUE = datetime(2027, 4, 1, 8, tzinfo=UTC)


class Bucket:
    """S3 as exports see it: an object under a key is written once."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self._lock = threading.Lock()

    def put_object(self, Key: str, Body: bytes, IfNoneMatch: str, **more: Any) -> None:
        assert IfNoneMatch == "*"
        with self._lock:
            if Key in self.objects:
                raise ClientError({"Error": {"Code": "PreconditionFailed"}}, "PutObject")
            self.objects[Key] = Body

    def get_object(self, Key: str, **more: Any) -> dict[str, Any]:
        return {"Body": io.BytesIO(self.objects[Key])}


class ReportedQuarter:
    """One system with a quarter to report on, and what has come of it."""

    def __init__(self, system: FaultySystem) -> None:
        self.system, self.bucket = system, Bucket()
        sample_quarter.write()

    def export(self, now: datetime = DUE) -> KpiReport | None:
        exports = ExportBucket(FaultyClient(self.bucket, self.system.fuse), "bucket")
        return export_last_quarter(now, exports, SETTINGS)

    def outcome(self) -> tuple[int, int, list[str], dict[str, str]]:
        """Reports, lines in the list of reports, the office's letters, and the files' digests."""
        letters = self.system.table.query("LETTER#kpi_ready#2027-Q1#0001").items
        return (
            len(self.system.table.query("REPORT#2027-Q1", "VERSION#").items),
            len(self.system.table.query("REPORTS").items),
            [letter["facts"]["email"] for letter in letters],
            {key: hashlib.sha256(body).hexdigest() for key, body in self.bucket.objects.items()},
        )
