"""Threads give what one does; BLAS is touched only while they run, and is then what it was."""

import sys
import threading

import numpy as np
import pytest

import spec_compiler as sc
from spec_compiler.plan.engine import Planning
from spec_compiler.plan.plan import Plan
from spec_compiler.plan.threads import shared

controls = pytest.importorskip("threadpoolctl")

HEAD = "specc: 1\ninputs: {x: {shape: [16]}}\nlayers:\n"
DEEP = f"{HEAD}  - {{type: Dense, units: 64, activation: tanh}}\n  - {{type: Dense, units: 4}}\n"
TABLE = """\
specc: 1
inputs: {x: {shape: [1], dtype: int32}}
layers: [{type: Embedding, input_dim: 2, output_dim: 3}]
"""


def blas():
    """How many threads BLAS has."""
    return [
        pool["num_threads"] for pool in controls.threadpool_info() if pool["user_api"] == "blas"
    ]


def test_few_rows_are_not_divided():
    """Calls would take longer to begin than to compute."""
    model = sc.compile_text(DEEP, threads=2)
    for batch, rows in ((2, None), (4096, 2048)):
        model(np.ones((batch, 16), "f"))
        (*_, route) = model._engine._routes.values()
        assert route.rows == rows or (rows and route.rows < rows)


@pytest.mark.parametrize("threads", [1, 2, 3])
@pytest.mark.parametrize("batch", [1, 2, 7, 1000])
def test_threads_give_what_one_does(threads, batch):
    x = np.random.default_rng(0).normal(size=(batch, 16)).astype("f")
    alone, together = sc.compile_text(DEEP), sc.compile_text(DEEP, threads=threads)
    for _ in range(2):
        np.testing.assert_allclose(together(x), alone(x), rtol=2e-6, atol=2e-7)


def test_blas_has_its_threads_again():
    with controls.threadpool_limits(2, user_api="blas"):
        before = blas()
        model = sc.compile_text(DEEP, threads=2)
        model(np.ones((64, 16), "f"))
        assert blas() == before


def test_blas_is_left_alone_where_nobody_asked(monkeypatch):
    monkeypatch.setattr("spec_compiler.plan.engine.blas_on", None)  # would fail
    sc.compile_text(DEEP)(np.ones((64, 16), "f"))


def test_runs_that_overlap_give_back_what_the_first_found():
    model, x = sc.compile_text(DEEP, threads=2), np.ones((64, 16), "f")
    with controls.threadpool_limits(2, user_api="blas"):
        before = blas()
        callers = [threading.Thread(target=lambda: [model(x) for _ in range(50)]) for _ in range(4)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        assert blas() == before


def test_the_part_that_fails_first_is_told():
    def work(parts, _):
        for part in parts:
            if part.start in (4, 6):
                raise ValueError(part.start)

    with pytest.raises(ValueError, match=r"^4$"):
        shared([slice(at, at + 2) for at in range(0, 20, 2)], [None] * 3, work)


def test_parts_that_overlap_come_last():
    done = []
    shared(
        [slice(0, 3), slice(3, 6), slice(4, 7)],
        [0, 1],
        lambda parts, _: done.extend(part.start for part in parts),
    )
    assert done[-1] == 4
    assert sorted(done) == [0, 3, 4]


def test_each_thread_is_asked_once_and_what_it_had_is_then_others():
    asked = []

    def work(parts, mine):
        asked.append(mine)
        return [*parts]

    shared([slice(0, 3), slice(3, 6), slice(4, 7)], [0, 1], work)
    assert sorted(asked) == [0, 1]


def test_a_plan_that_is_given_back_is_not_run_any_more():
    """The last slice of 2003 rows overlaps the one before, and is computed last."""
    model, given_back = sc.compile_text(DEEP, threads=2), set()
    x = np.random.default_rng(0).normal(size=(2003, 16)).astype("f")
    model(x)
    (route,) = model._engine._routes.values()
    assert route.rows is not None
    assert 2003 % route.rows
    put, spare, run = Planning._put, Planning._spare, Plan.run

    def watched_put(self, route, plan):
        given_back.add(id(plan))
        put(self, route, plan)

    def watched_spare(self, route):
        plan = spare(self, route)
        given_back.discard(id(plan))
        return plan

    def watched_run(self, given, out):
        assert id(self) not in given_back
        run(self, given, out)

    with pytest.MonkeyPatch.context() as watching:
        watching.setattr(Planning, "_put", watched_put)
        watching.setattr(Planning, "_spare", watched_spare)
        watching.setattr(Plan, "run", watched_run)
        for _ in range(3):
            model(x)


def test_an_interrupted_run_leaves_no_thread_at_work():
    left = []

    def work(parts, mine):
        for _ in parts:
            if not mine:
                raise KeyboardInterrupt
            left.append(threading.active_count())

    before = {*threading.enumerate()}
    with pytest.raises(KeyboardInterrupt):
        shared([slice(at, at + 1) for at in range(10**6)], [0, 1], work)
    assert {*threading.enumerate()} <= before
    assert len(left) < 10**6


def test_threads_that_share_a_model_with_threads_have_results_of_their_own():
    model, alone = sc.compile_text(DEEP, threads=2), sc.compile_text(DEEP)
    rng = np.random.default_rng(0)
    data = [rng.normal(size=(rows, 16)).astype("f") for rows in (2003, 3, 4099)]
    meant, wrong = [alone(x) for x in data], []

    def call(first):
        for at in range(first, first + 40):
            x, y = data[at % 3], meant[at % 3]
            wrong.append(float(np.abs(model(x) - y).max()))

    callers = [threading.Thread(target=call, args=(first,)) for first in range(8)]
    for caller in callers:
        caller.start()
    for caller in callers:
        caller.join()
    assert max(wrong) < 1e-5


def test_rows_are_counted_from_the_first_of_the_batch():
    x = np.zeros((2**16, 1), np.int32)
    x[60000] = 5
    with pytest.raises(sc.SpecError, match=r"\[60000, 0\]"):
        sc.compile_text(TABLE, threads=2)(x)


def test_no_threads_are_refused():
    with pytest.raises(ValueError, match="threads=0"):
        sc.compile_text(DEEP, threads=0)


def test_the_command_takes_threads(specc, tmp_path):
    (tmp_path / "m.yaml").write_text(DEEP)
    words = ("run", "m.yaml", "--random", "batch=8")
    ran = specc(*words, "--threads", "2", folder=tmp_path)
    assert (ran.status, '"dense' in ran.out) == (0, True), ran.err
    other = specc(*words, "--threads", "2", "--engine", "evaluator", folder=tmp_path)
    assert (other.status, "--threads is for plans" in other.err) == (2, True)


def test_what_is_missing_is_said(monkeypatch):
    monkeypatch.setitem(sys.modules, "threadpoolctl", None)
    monkeypatch.setattr("spec_compiler.plan.threads._BLAS.controller", None)
    with pytest.raises(sc.SpecError, match="threadpoolctl"):
        sc.compile_text(DEEP, threads=2)(np.ones((4, 16), "f"))
