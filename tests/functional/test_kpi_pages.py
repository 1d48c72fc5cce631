"""How figures are computed: read by whoever is signed in, in plain words."""

from comhar.reports import figures as reports_figures
from tests.support.sample_region import Region


def test_nobody_who_is_not_signed_in_reads_how_figures_are_computed(region: Region) -> None:
    for path in ("/reports/figures", "/reports/figures/meetings_held"):
        assert region.cloud.call("GET", path).status == 401


def test_there_is_no_page_of_a_figure_that_there_is_not(region: Region) -> None:
    bearer = region.cloud.session(region.ann)
    assert region.cloud.call("GET", "/reports/figures/nothing", bearer=bearer).status == 404


def test_every_figure_is_explained_with_an_example(region: Region) -> None:
    bearer = region.cloud.session(region.ann)
    listed = region.cloud.call("GET", "/reports/figures", bearer=bearer).json["figures"]
    codes = {each.code.partition(".")[0] for each in reports_figures.definitions()}
    assert {each["kpi"] for each in listed} == codes
    for each in listed:
        assert each["how"] and each["counts"] and each["leaves_out"] and each["example"]
        path = f"/reports/figures/{each['kpi']}"
        page = region.cloud.call("GET", path, bearer=bearer, html=True)
        assert page.status == 200
        assert "How it is computed" in page.text
        aimless = each["target"] == each["national"] == "No target."
        assert page.text.count("No target.") == (1 if aimless else 0), each["kpi"]
