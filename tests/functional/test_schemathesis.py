"""Schemathesis, over /openapi.json and every route in it: no fault of ours, whatever is sent."""

from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
)

from comhar.web.form_decoding import list_fields
from comhar.web.request import FORM
from local import openapi
from tests.support.proof_sizes import sized
from tests.support.sample_community import OFFICE, SampleCommunity
from tests.support.wsgi import application

pytestmark = pytest.mark.xdist_group("schemathesis")  # one worker makes its community once

EXAMPLES = sized(2, 10)  # a route and way of sending
CHECKS = [not_a_server_error, content_type_conformance, response_schema_conformance]
ROUTES = [
    (path, method, mode)
    for path, each in openapi.built()["paths"].items()
    for method, operation in each.items()
    for mode in GenerationMode
    if mode is GenerationMode.POSITIVE or operation.keys() & {"requestBody", "parameters"}
    if mode is GenerationMode.POSITIVE or "{token}" not in path or "requestBody" in operation
]


@pytest.fixture(scope="module")
def described(community: SampleCommunity) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_wsgi("/openapi.json", application(community.cloud))


@pytest.mark.parametrize(("path", "method", "mode"), ROUTES)
def test_every_route_answers_as_described(
    path: str,
    method: str,
    mode: GenerationMode,
    described: schemathesis.BaseSchema,
    community: SampleCommunity,
) -> None:
    people = [community.cloud.session(member) for member in (*community.cloud.people[:3], OFFICE)]

    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(
        described[path][method].as_strategy(generation_mode=mode),
        st.sampled_from(people),
        st.sampled_from((True, False)),  # the first example of all is True
        st.sampled_from((False, True)),
    )
    def ask(case: schemathesis.Case, bearer: str, real: bool, form: bool) -> None:
        if real:  # an address of something in being, so that what is sent is looked at
            case.path_parameters |= community.parts(path)
        if form and isinstance(case.body, dict):
            case.media_type = FORM
            case.body = urlencode([*list_fields(case.body)]).encode()
        case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {bearer}"})

    ask()
