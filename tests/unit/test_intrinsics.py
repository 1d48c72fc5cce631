"""The embedded stack answers the functions of CloudFormation that it knows, and no other."""

from typing import Any

import pytest

from local.intrinsics import Resolver, load


def resolver(**conditions: Any) -> Resolver:
    document = {"Parameters": {"Name": {"Default": "comhar"}}, "Resources": {}}
    document["Conditions"] = conditions
    return Resolver(document, {}, lambda *_: ("", {}), "eu-west-1", "0", "stack")


@pytest.mark.parametrize(
    ("value", "answer"),
    [
        ({"Fn::Join": ["-", ["a", {"Ref": "Name"}]]}, "a-comhar"),
        ({"Fn::Select": [1, {"Fn::Split": ["/", "a/b"]}]}, "b"),
        ({"Fn::Sub": "${Name} in ${AWS::Region}, ${!Name}"}, "comhar in eu-west-1, ${Name}"),
    ],
)
def test_what_it_knows_it_answers(value, answer):
    assert resolver().resolve(value) == answer


@pytest.mark.parametrize(
    "value",
    [
        {"Fn::Cidr": ["10.0.0.0/16", 4]},
        {"Fn::Sub": ["${Range}", {"Range": {"Fn::Cidr": ["10.0.0.0/16", 4]}}]},
        [{"deep": {"Fn::Cidr": []}}],
    ],
    ids=["alone", "in another", "deep"],
)
def test_a_function_it_does_not_know_is_refused_by_name(value):
    with pytest.raises(ValueError, match="Fn::Cidr"):
        resolver().resolve(value)


def test_a_function_beside_other_keys_is_refused():
    with pytest.raises(ValueError, match="Fn::Sub beside"):
        resolver().resolve({"Fn::Sub": "${Name}", "Other": 1})


def test_a_condition_it_does_not_know_is_refused_by_name():
    made = resolver(Odd={"Fn::Xor": [True, False]})
    with pytest.raises(ValueError, match="Fn::Xor"):
        made.resolve({"Fn::If": ["Odd", 1, 2]})
    either = resolver(Either={"Fn::Or": [{"Fn::Equals": ["a", "b"]}, {"Fn::Equals": ["a", "a"]}]})
    assert either.resolve({"Fn::If": ["Either", 1, 2]}) == 1


def test_a_tag_it_does_not_know_is_refused_by_name(tmp_path):
    path = tmp_path / "template.yaml"
    path.write_text("Outputs:\n  Range:\n    Value: !Cidr [10.0.0.0/16, 4]\n")
    with pytest.raises(ValueError, match=r"!Cidr.*line 3"):
        load(path)
