"""Prints what every page reads beside its budget, at two sizes and two ages: `python -m bench.reads`."""

from contextlib import redirect_stdout
from io import StringIO

from comhar.telemetry import logger
from tests.support.measured_reads import Measured, measure
from tests.support.read_budgets import BUDGETS, Budget

SIZES = ((155, 1), (155, 10), (10_000, 1), (10_000, 10))  # members and years


def main() -> None:
    logger.setLevel("ERROR")
    with redirect_stdout(StringIO()):  # where metrics go
        measured = [measure(members, years) for members, years in SIZES]
    sizes = "".join(f"{members:>14,}/{years:<3}" for members, years in SIZES)
    print(
        "\nCalls to DynamoDB, items, kilobytes and calls of KMS that a page may read, and reads, by"
    )
    print(f"members/years:{'':<50}  may read  {sizes}")
    for budget in BUDGETS:
        print(f"  {budget.path[:48]:<49}{budget.user:<9}{_row(budget, measured)}")
        if budget.each_member:
            print(f"    and {budget.each_member} more of each active member of the region")
        if budget.shows:
            print(f"    it shows {budget.shows}")


def _row(budget: Budget, measured: list[Measured]) -> str:
    most = [budget.calls, budget.most_items(0), budget.most_kilobytes(0), budget.kms]
    read = [community.reads[budget] for community in measured]
    counted = [(reads.calls, reads.items, reads.kilobytes, reads.kms) for reads in read]
    return " |".join(
        f"{calls:>3}{items:>6}{kilobytes:>6.0f}{kms:>3}"
        for calls, items, kilobytes, kms in (most, *counted)
    )


if __name__ == "__main__":
    main()
