"""The record of what every GET answers finds its paths by links, and tells two records apart."""

from tests.support.response_recorder import Paths, differences, links_in

DESCRIPTION = {
    "paths": {
        "/meetings/{id}": {"get": {}},
        "/meetings/{id}/record": {"get": {}},
        "/meetings/{id}/items/{item}/accept": {"post": {}},
        "/meetings/{id}/items/{item}/file": {"get": {}},
        "/meetings/unconfirmed": {"get": {}},
    }
}


def test_records_that_differ_anywhere_are_told_apart():
    one = {"office": {"/me": [200, {"name": "Áine", "roles": [1, 2]}], "/gone": [200, {}]}}
    other = {"office": {"/me": [200, {"name": "Bríd", "roles": [1]}], "/new": [403, {}]}}
    assert list(differences(one, other)) == [
        " office /gone: only in the first",
        " office /me 1 name: 'Áine' / 'Bríd'",
        " office /me 1 roles: [1, 2] / [1]",
        " office /new: only in the second",
    ]
    assert list(differences(one, one)) == []
    assert list(differences([1, 2], [2, 1])) == [": in another order"]


def test_what_is_no_get_of_the_api_is_not_opened():
    paths = Paths(DESCRIPTION)
    paths.learn({"/static/nhsuk.css", "/elsewhere/a", "/meetings/unconfirmed"})
    assert paths.all() == {"/meetings/unconfirmed"}


def test_an_id_in_a_link_or_a_form_opens_all_that_is_below_it():
    paths = Paths(DESCRIPTION)
    paths.learn(
        links_in('<form action="/meetings/a/items/b/accept"> http://x/meetings/c?at=1&amp;b=2')
    )
    assert paths.all() == {
        "/meetings/unconfirmed",
        *("/meetings/a", "/meetings/a/record", "/meetings/a/items/b/file"),
        *("/meetings/c", "/meetings/c/record", "/meetings/c?at=1&b=2"),
    }
