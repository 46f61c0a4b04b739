"""What ties two directly, as a page: the statements behind a link of a chart."""

import re

from .conftest import Reader


def test_a_link_of_a_chart_opens_the_statements_behind_it(analyst: Reader) -> None:
    page = analyst.page("/en/chart?n=m1&n=c1")
    (place,) = {one for one in page.split('"') if one.startswith("/en/tie?")}
    tie = analyst.page(place.replace("&amp;", "&"))
    assert "Bela Konrad" in tie
    assert "/en/delivered?delivery=register-" in tie
    assert "Caller" in tie


def test_two_that_nothing_ties_are_told_so(analyst: Reader) -> None:
    assert "ties these two directly" in analyst.page("/en/tie?one=t1&other=c1")


def test_hidden_and_absent_ends_of_a_tie_are_one_page(analyst: Reader) -> None:
    pages = [analyst.page(f"/en/tie?one=m1&other={one}", 404) for one in ("s1", "x9")]
    bare = [re.sub(r'<p class="printed">.*?</p>', "", one) for one in pages]  # says the second
    assert bare[0].replace("other=s1", "other=x9") == bare[1]
