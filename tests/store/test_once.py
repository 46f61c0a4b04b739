"""An act under a key: its effect and the key stand together, or neither does."""

import threading

import pytest

from maillon.model import Act, LimitError, View
from maillon.store import Event, Store, Verdict
from maillon.store.once import LONGEST_KEY, Done
from maillon.store.once_key import DoneError

from .conftest import view_of

ASKED = b'{"left": "a", "right": "b"}'


def judge(store: Store, view: View) -> str:
    return store.judge(view, Event("a", "b", Verdict.NEGATIVE, "other father", ()))


def test_what_is_asked_twice_is_done_once(store: Store) -> None:
    view = view_of(store, Act.JUDGE)
    assert store.once.done("analyst", "k1", ASKED) is None
    with store.once.under("analyst", "k1", ASKED):
        judge(store, view)
    assert store.once.done("analyst", "k1", ASKED) == Done(0, "")
    store.once.keep("analyst", "k1", 201, '{"judgement": "x"}')
    assert store.once.done("analyst", "k1", ASKED) == Done(201, '{"judgement": "x"}')
    with pytest.raises(DoneError), store.once.under("analyst", "k1", ASKED):
        judge(store, view)
    assert len(store.judgements(view)) == 1
    assert store.verify_ledger()


def test_a_key_is_of_one_request_and_one_account(store: Store) -> None:
    view = view_of(store, Act.JUDGE)
    with store.once.under("analyst", "k", ASKED):
        judge(store, view)
    with pytest.raises(DoneError, match="another request"):
        store.once.done("analyst", "k", b"else")
    assert store.once.done("supervisor", "k", ASKED) is None
    with pytest.raises(LimitError):
        store.once.done("analyst", "k" * (LONGEST_KEY + 1), ASKED)


def test_an_act_that_fails_leaves_no_key(store: Store) -> None:
    view = view_of(store, Act.JUDGE)

    class StoppedError(Exception):
        pass

    with pytest.raises(StoppedError), store.once.under("analyst", "k", ASKED):
        raise StoppedError
    assert store.once.done("analyst", "k", ASKED) is None
    judge(store, view)  # outside: no key
    assert store.once.done("analyst", "k", ASKED) is None


def test_two_effects_under_one_key_write_it_once(store: Store) -> None:
    view = view_of(store, Act.JUDGE)
    with store.once.under("analyst", "k", ASKED):
        judge(store, view)
        judge(store, view)
    assert len(store.judgements(view)) == 2


def test_of_many_at_once_one_does_it(store: Store) -> None:
    view = view_of(store, Act.JUDGE)
    refused: list[BaseException] = []
    gate = threading.Barrier(8)

    def ask() -> None:
        gate.wait()
        try:
            with store.once.under("analyst", "k", ASKED):
                judge(store, view)
        except DoneError as error:
            refused.append(error)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert len(refused) == 7
    assert len(store.judgements(view)) == 1
    assert store.verify_ledger()
